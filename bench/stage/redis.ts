import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePortFrom } from '../../cmd/demo/ports.ts'
import { atEnd } from './ending.ts'

export type Redis = { port: number; pid: number }

/**
 * A Redis of its own, as BullMQ asks for in production (docs.bullmq.io/guide/going-to-production): an append-only file, written to disk
 * each second, and nothing evicted. Undefined where there is no `redis-server` (Debian: apt-get install redis-server).
 */
export async function startRedis(directory: string): Promise<Redis | undefined> {
  mkdirSync(directory, { recursive: true })
  const port = await freePortFrom(0)
  const options = {
    ...{ port, bind: '127.0.0.1', dir: directory, save: '' },
    ...{ appendonly: 'yes', appendfsync: 'everysec', 'maxmemory-policy': 'noeviction' },
  }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn('redis-server', args, { stdio: 'ignore' })
  const missing = once(child, 'error').then(() => 'missing' as const)
  if ((await Promise.race([missing, answers(port)])) === 'missing') return undefined
  atEnd(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  })
  return { port, pid: child.pid! }
}

/** A server starts in a tenth of a second; whoever needs ten of them does not start at all. */
const triesMax = 100

async function answers(port: number): Promise<'ready'> {
  for (let attempt = 0; attempt < triesMax; attempt++) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (isOpen) return 'ready'
    await sleep(100)
  }
  throw new Error('Redis did not start')
}
