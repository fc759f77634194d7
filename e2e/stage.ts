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
  /** The processes of the API. Browsers are sent to the first; the others have the same database. */
  apis: ApiProcess[]
  /** The public API, as nobody yet. */
  api: () => ApiClient
  stop: () => Promise<void>
}

export type ApiProcess = {
  url: string
  /** Dies without a word. */
  kill: () => Promise<void>
  /** Comes up again at the same address. */
  start: () => Promise<void>
  stop: () => Promise<void>
}

const results = 'test-results'

/** A test doesn't wait for a host to change their mind; half a second is enough to see the undo. */
const undoWindowMs = '500'

/** How soon the other notifier takes over from one that was killed. Short, for a test watches it. */
const leaseMs = '2000'

let stages = 0

type StageOptions = {
  notifiers?: number
  apis?: number
  /** How long the SMTP server thinks about each mail, so that a test can come in between. */
  latencyMs?: number
  /** Another provider, say. */
  env?: Record<string, string>
}

/** All of Tidings as in production: the real processes on a database of their own, and an SMTP server that keeps what it gets. */
export async function startStage({
  notifiers = 2,
  apis = 1,
  latencyMs = 0,
  ...more
}: StageOptions = {}): Promise<Stage> {
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
    PUBLIC_URL: url,
    SMTP_URL: mails.url,
    EMAIL_FROM: 'Tidings <hello@tidings.example>',
    UNDO_WINDOW_MS: undoWindowMs,
    NOTIFIER_POLL_INTERVAL_MS: '500',
    NOTIFIER_LEASE_MS: leaseMs,
    ...more.env,
  }
  const start = (script: string, who: string, own: Record<string, string> = {}) =>
    startChild({ name: who, script, env: { ...env, ...own }, logFile: join(results, `${name}-${who}.log`) })
  const apiAt = (number: number, at: number) =>
    apiProcess(at, (starts) => start('cmd/api/main.ts', ['api', number, starts].join('-'), { PORT: String(at) }))
  const all = [apiAt(1, port)]
  while (all.length < apis) all.push(apiAt(all.length + 1, await freePortFrom(0)))
  const mailers = Array.from({ length: notifiers }, (_, n) => start('cmd/notifier/main.ts', `notifier-${n + 1}`))
  const stop = async () => {
    await Promise.all([...all, ...mailers].map((each) => each.stop()))
    await mails.close()
    await database.drop()
  }
  try {
    await Promise.all([...all.map((api) => api.start()), ...mailers.map((child) => child.ready)])
  } catch (error) {
    await stop()
    throw error
  }
  const api = () => new ApiClient(`http://127.0.0.1:${port}`, url)
  return { url, database, mails, notifiers: mailers, apis: all, stop, api }
}

/** `startNth` hears how often it was started before: each life has a log of its own. */
function apiProcess(port: number, startNth: (starts: number) => Child): ApiProcess {
  let child: Child | undefined
  let starts = 0
  return {
    url: `http://127.0.0.1:${port}`,
    async start() {
      child = startNth(++starts)
      await child.ready
    },
    async kill() {
      child?.kill('SIGKILL')
      await child?.ended
    },
    stop: async () => child?.stop(),
  }
}
