import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')

/** What the built web is made of. A change in any of them makes it old. */
const sources = ['web/src', 'web/public', 'web/index.html', 'web/vite.config.ts', 'api/contract', 'package-lock.json']

/** Builds web/dist when it is missing or older than its sources. `say` hears of it first: it takes some seconds. */
export async function buildWebIfOld(say: (line: string) => void): Promise<void> {
  const built = await newestChange('web/dist')
  const changed = Math.max(...(await Promise.all(sources.map(newestChange))))
  if (built > changed) return
  say(built === 0 ? 'Building the web app, this once.' : 'Building the web app again: its sources changed.')
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const args = [vite, 'build', '--config', 'web/vite.config.ts', '--logLevel', 'error']
  await promisify(execFile)(process.execPath, args, { cwd: root }).catch((cause: Error & { stderr?: string }) => {
    throw new Error(`The web app could not be built: ${cause.stderr?.trim() || cause.message}`, { cause })
  })
}

/** The last change of a file, or of anything in a folder; 0 when there is nothing. */
async function newestChange(path: string): Promise<number> {
  const info = await stat(join(root, path)).catch(() => undefined)
  if (!info) return 0
  if (!info.isDirectory()) return info.mtimeMs
  const names = await readdir(join(root, path))
  return Math.max(0, ...(await Promise.all(names.map((name) => newestChange(join(path, name))))))
}
