import { createHash } from 'node:crypto'
import { unlinkSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A socket's path may be 104 bytes long on macOS, 108 on Linux. */
const socketPathMax = 100

export type OnlyOne = { announce: (url: string) => void; release: () => void }

/**
 * Two demos on one data folder would fight over one database. The first holds a socket there and answers with its URL; unlike a
 * file with a process id, a socket whose owner was killed refuses, so the next start is never blocked.
 * @returns the URL of the demo that already runs here, or our hold.
 */
export async function holdFolder(data: string): Promise<OnlyOne | { runningAt: string }> {
  const path = socketPath(data)
  const runningAt = await ask(path)
  if (runningAt !== undefined) return { runningAt }
  remove(path)
  let url = ''
  const server = createServer((caller) => caller.on('error', () => {}).end(url))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  server.unref()
  return { announce: (ours) => (url = ours), release: () => server.close() }
}

function socketPath(data: string) {
  const path = join(data, 'demo.sock')
  if (Buffer.byteLength(path) <= socketPathMax) return path
  return join(tmpdir(), `tidings-${createHash('sha256').update(data).digest('hex').slice(0, 16)}.sock`)
}

function ask(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    connect(path)
      .on('data', (chunk) => (answer += chunk))
      .on('end', () => resolve(answer))
      .on('error', () => resolve(undefined))
  })
}

function remove(path: string) {
  try {
    unlinkSync(path)
  } catch {
    // It was not there.
  }
}
