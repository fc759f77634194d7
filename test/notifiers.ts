import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { createLinkSigner } from '../api/content/tokens.ts'
import type { Transport } from '../api/providers/provider.ts'
import { smtp } from '../api/providers/smtp/smtp.ts'
import { registerNotifier } from '../api/storage/notifiers.ts'
import { createChanges } from '../cmd/notifier/changes.ts'
import { systemClock } from '../cmd/notifier/clock.ts'
import { runNotifier, type RunningNotifier } from '../cmd/notifier/loop.ts'
import type { Meter } from '../cmd/notifier/meter.ts'
import { defaultSettings, type Settings } from '../cmd/notifier/notifier.ts'
import type { TestDatabase } from './database.ts'

export const testSecretKey = 'a secret key for tests, long enough'
export const signer = createLinkSigner({ secretKey: testSecretKey })

/**
 * No test lives to see it: what wakes a notifier must be a hint, or the time at which something comes due. A test that is about the poll
 * asks for one.
 */
const never = 600_000

/** A real notifier in this process, on a real database and through a real provider; stopped when the test ends. */
export async function startNotifier(
  { db, url }: TestDatabase,
  transport: Transport,
  { listens = true, meter, ...settings }: Partial<Settings> & { listens?: boolean; meter?: Meter } = {},
): Promise<RunningNotifier & { id: string }> {
  const identity = { host: 'test', pid: process.pid, version: 'test', provider: transport.provider }
  const { id, shard } = await registerNotifier(db, { ...identity, providerAccount: transport.account })
  const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' })
  const notifier = runNotifier(
    {
      id,
      shard,
      db,
      transport,
      signer,
      from: { name: 'Tidings', address: 'hello@tidings.test' },
      publicUrl: 'http://localhost:3000',
      settings: { ...defaultSettings, pollIntervalMs: never, ...settings },
      log,
      clock: systemClock,
      random: Math.random,
      meter,
      changes: createChanges({ db, log, clock: systemClock }),
    },
    listens ? url : undefined,
  )
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= notifier.stop())
  onTestFinished(stop)
  return { id, stop }
}

/** The SMTP transport to a peer, with so many connections. */
export function smtpTransport(url: string, connections = 5): Transport {
  const config = smtp.configure({ SMTP_URL: url, SMTP_MAX_CONNECTIONS: String(connections) })!
  return smtp.open(config, () => {})
}

/** Looks until `done` answers something other than undefined, null or false, or fails after `withinMs`. */
export async function eventually<T>(look: () => Promise<T | undefined | null | false>, withinMs = 15_000): Promise<T> {
  const until = performance.now() + withinMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== null && seen !== false) return seen
    if (performance.now() > until) throw new Error(`nothing came of it within ${withinMs} ms`)
    await sleep(25)
  }
}

/** The message once it is final. */
export function finished({ db }: TestDatabase, messageId: string, withinMs?: number) {
  return eventually(async () => {
    const query = db.selectFrom('scheduledMessages').selectAll().where('id', '=', messageId)
    const message = await query.executeTakeFirstOrThrow()
    return ['sent', 'failed', 'cancelled'].includes(message.status) && message
  }, withinMs)
}
