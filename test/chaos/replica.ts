import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { startChild, type Child } from '../../cmd/demo/child.ts'

/** One notifier as in production: `node cmd/notifier/main.ts` in a process of its own. */
export type Replica = Child & {
  /** Its row in `notifiers`, once it is ready. */
  id: () => string | undefined
  isReady: () => boolean
  isGone: () => boolean
  /** What it has logged so far with these words in the message. */
  said: (words: string) => Record<string, unknown>[]
}

const logs = 'test-results/chaos'
let replicas = 0

/** Long enough that a busy machine doesn't cost a live replica its claims, short enough to watch others take over. */
export const leaseMs = 5000

/** Without these in its environment a replica does what production does. */
const brisk = {
  NOTIFIER_POLL_INTERVAL_MS: '500',
  NOTIFIER_LEASE_MS: String(leaseMs),
  NOTIFIER_UNIT_SIZE: '50',
}

/** Starts a replica, which is killed when the test ends, whatever state it is in by then. */
export function startReplica(databaseUrl: string, env: Record<string, string>): Replica {
  mkdirSync(logs, { recursive: true })
  const name = `notifier-${process.pid}-${++replicas}`
  const logFile = join(logs, `${name}.log`)
  const child = startChild({
    name,
    script: 'cmd/notifier/main.ts',
    logFile,
    env: environmentOf(databaseUrl, env),
  })
  let id: string | undefined
  let gone = false
  void child.ready.then((line) => (id = String(line.notifier))).catch(() => {})
  void child.ended.then(() => (gone = true))
  onTestFinished(async () => {
    // A process that is stopped hears no other signal but this one.
    child.kill('SIGKILL')
    await child.ended
  })
  return {
    ...child,
    id: () => id,
    isReady: () => id !== undefined && !gone,
    isGone: () => gone,
    said: (words) =>
      (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '')
        .split('\n')
        .filter((line) => line.startsWith('{') && line.includes(words))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

/** All that a notifier of these tests finds in its environment. */
const environmentOf = (databaseUrl: string, env: Record<string, string>): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  TZ: process.env.TZ,
  NODE_ENV: 'test',
  DATABASE_URL: databaseUrl,
  SECRET_KEY: 'a chaos test keeps no secrets from anybody',
  PUBLIC_URL: 'http://localhost:3000',
  EMAIL_FROM: 'Tidings <hello@tidings.example>',
  ...brisk,
  ...env,
})

/**
 * Waits until `look` answers something. Bounded, and generous: a machine that is ten times too slow still passes. Whoever looks through
 * a database that is just away looks again.
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  withinMs = 60_000,
): Promise<T> {
  const end = performance.now() + withinMs
  let trouble: unknown
  for (;;) {
    try {
      const seen = await look()
      if (seen !== undefined && seen !== null && seen !== false) return seen
    } catch (error) {
      trouble = error
    }
    if (performance.now() > end) throw new Error(`after ${withinMs} ms still not: ${what}`, { cause: trouble })
    await sleep(20)
  }
}
