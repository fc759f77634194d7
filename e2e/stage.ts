import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startChild, type Child } from '../cmd/demo/child.ts'
import { freePortFrom } from '../cmd/demo/ports.ts'
import { ApiClient } from '../cmd/demo/seed/client.ts'
import { createTestDatabase, type TestDatabase } from '../test/database.ts'
import { startSmtpPeer, type SmtpPeer } from '../test/peers/smtp-server.ts'

export type Stage = {
  /** Where browsers find the app. */
  url: string
  database: TestDatabase
  /** Everything that was mailed; the witness. */
  mails: SmtpPeer
  notifiers: Child[]
  /** The public API, as nobody yet. */
  api: () => ApiClient
  stop: () => Promise<void>
}

const results = 'test-results'

/** A test doesn't wait for a host to change their mind; half a second is enough to see the undo. */
const undoWindowMs = '500'

/** How soon the other notifier takes over from one that was killed. Short, for a test watches it. */
const leaseMs = '2000'

let stages = 0

/**
 * All of Tidings as in production: the real processes on a database of their own, and an SMTP server that keeps what it gets.
 * `latencyMs` is how long that server thinks about each mail, so that a test can come in between.
 */
export async function startStage({ notifiers = 2, latencyMs = 0 } = {}): Promise<Stage> {
  mkdirSync(results, { recursive: true })
  const name = `stage-${++stages}-${process.pid}`
  const [database, mails, port] = await Promise.all([
    createTestDatabase(),
    startSmtpPeer({ latencyMs }),
    freePortFrom(0),
  ])
  const url = `http://localhost:${port}`
  const env = {
    PATH: process.env.PATH,
    TZ: process.env.TZ,
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    SECRET_KEY: 'an e2e test keeps no secrets from anybody',
    PORT: String(port),
    PUBLIC_URL: url,
    SMTP_URL: mails.url,
    EMAIL_FROM: 'Tidings <hello@tidings.example>',
    UNDO_WINDOW_MS: undoWindowMs,
    NOTIFIER_POLL_INTERVAL_MS: '500',
    NOTIFIER_LEASE_MS: leaseMs,
  }
  const start = (script: string, who: string) =>
    startChild({ name: who, script, env, logFile: join(results, `${name}-${who}.log`) })
  const api = start('cmd/api/main.ts', 'api')
  const mailers = Array.from({ length: notifiers }, (_, n) => start('cmd/notifier/main.ts', `notifier-${n + 1}`))
  const stop = async () => {
    await Promise.all([api, ...mailers].map((child) => child.stop()))
    await mails.close()
    await database.drop()
  }
  try {
    await Promise.all([api, ...mailers].map((child) => child.ready))
  } catch (error) {
    await stop()
    throw error
  }
  return { url, database, mails, notifiers: mailers, stop, api: () => new ApiClient(`http://127.0.0.1:${port}`, url) }
}
