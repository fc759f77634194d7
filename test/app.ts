import { createHash } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import { onTestFinished } from 'vitest'
import { buildApp } from '../api/http/app.ts'
import type { App, AppConfig, AppDeps } from '../api/http/deps.ts'
import type { Mail } from '../api/domain/mail.ts'
import type { Transport } from '../api/providers/provider.ts'
import { createHub, type HubOptions } from '../api/realtime/hub.ts'
import { changesChannel } from '../api/storage/changes.ts'
import { listen } from '../api/storage/listen.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

export type Reply = { status: number; headers: Record<string, string | string[] | undefined>; text: string; body: Body }
// oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects, and fails when it is not there
export type Body = any

type Ask = Omit<InjectOptions, 'method' | 'url'>

/** Somebody with a session; `post('/events', {...})` speaks to `/api/v1/events` as them. */
export type Somebody = ReturnType<typeof speaker> & { email: string; userId: string; cookie: string }

export const testConfig: AppConfig = {
  publicUrl: 'https://tidings.test',
  corsOrigins: ['https://friend.test'],
  operatorEmails: ['operator@example.com'],
  secretKey: 'a secret of at least thirty-two characters',
  undoWindowMs: 10_000,
  hostWeeklyLimit: 0,
  requireVerifiedEmail: false,
  apiRatePerMinute: 100_000,
  from: { name: 'Tidings', address: 'hello@tidings.test' },
  secureCookies: true,
}

export type TestApp = Awaited<ReturnType<typeof createTestApp>>

type Given = Partial<AppConfig> & {
  webRoot?: string
  database?: TestDatabase
  provider?: AppDeps['provider']
  providerSetups?: AppDeps['providerSetups']
  resolveTxt?: AppDeps['resolveTxt']
  webhooks?: AppDeps['webhooks']
  logger?: AppDeps['logger']
  /** Parts of the live view that are to be others than usual. */
  live?: Partial<HubOptions>
}

/**
 * The app on a database of its own. Mails of accounts end in `mails`; the clock stands where `setNow` puts it. It hears what others
 * announce once it is told to `listen`.
 */
export async function createTestApp(given: Given = {}) {
  const { webRoot, database = await createTestDatabase(), provider, logger = false, live, ...others } = given
  const { providerSetups, resolveTxt, webhooks, ...config } = others
  const hub = createHub({ db: database.db, log: logger, ...live })
  const mails: Mail[] = []
  let now = new Date()
  const app = await buildApp({
    database,
    config: { ...testConfig, ...config },
    provider: provider ?? catcher(mails),
    ...{ logger, hub, webRoot, providerSetups, webhooks },
    // No test asks a name server that it did not bring.
    resolveTxt: resolveTxt ?? (async () => []),
    now: () => now,
  })
  const endings: (() => Promise<void>)[] = []
  const close = async () => {
    await app.close()
    await Promise.all(endings.map((end) => end()))
    await database.drop()
  }
  const stranger = speaker(app)
  return {
    app,
    db: database.db,
    database,
    mails,
    stranger,
    hub,
    close,
    /** Opens a port, and the connection on which changes are announced, as a process does. Answers its address. */
    async listen() {
      endings.push(listen(database.url, { [changesChannel]: hub.hint }, { reconnectAfterMs: 50 }))
      return app.listen({ port: 0, host: '127.0.0.1' })
    },
    setNow: (at: Date) => void (now = at),
    signUp: (email: string) => signUp(app, email),
  }
}

/** The same for one test, closed when it ends. */
export async function appForTest(given?: Parameters<typeof createTestApp>[0]): Promise<TestApp> {
  const made = await createTestApp(given)
  onTestFinished(made.close)
  return made
}

async function signUp(app: App, email: string): Promise<Somebody> {
  const name = email.split('@')[0]!
  const reply = await speaker(app).send('POST', '/api/auth/sign-up/email', {
    payload: { name, email, password: passwordOf(email) },
  })
  if (reply.status !== 200) throw new Error(`${email} could not sign up: ${reply.status} ${reply.text}`)
  const cookie = cookiesOf(reply)
  return { ...speaker(app, cookie), email, userId: reply.body.user.id, cookie }
}

export function passwordOf(email: string) {
  return createHash('sha256').update(email).digest('hex')
}

export function cookiesOf(reply: Reply): string {
  return [reply.headers['set-cookie'] ?? []]
    .flat()
    .map((line) => line.split(';')[0])
    .join('; ')
}

export function speaker(app: App, cookie?: string) {
  const send = async (method: string, url: string, ask: Ask = {}): Promise<Reply> => {
    const headers = { ...(cookie ? { cookie } : {}), ...ask.headers }
    const reply = await app.inject({ ...ask, method: method as 'GET', url, headers })
    const isJson = String(reply.headers['content-type']).includes('json')
    const { statusCode: status, payload: text } = reply
    return { status, headers: reply.headers as Reply['headers'], text, body: isJson && text ? JSON.parse(text) : null }
  }
  const api = (path: string) => `/api/v1${path}`
  return {
    send,
    get: (path: string, ask?: Ask) => send('GET', api(path), ask),
    post: (path: string, payload?: object, ask?: Ask) => send('POST', api(path), { payload, ...ask }),
    patch: (path: string, payload?: object, ask?: Ask) => send('PATCH', api(path), { payload, ...ask }),
    delete: (path: string, ask?: Ask) => send('DELETE', api(path), ask),
  }
}

/** A provider that keeps what it is given. */
export function catcher(mails: Mail[]): AppDeps['provider'] {
  const send = async (given: readonly Mail[]) => {
    mails.push(...given)
    return given.map((mail) => ({ kind: 'accepted' as const, providerMessageId: mail.messageId }))
  }
  const transport: Transport = {
    provider: 'log',
    account: 'test',
    batchMax: 1,
    linesMax: 1,
    deduplicates: false,
    line: async () => ({ kind: 'line', send, breakOff: () => {}, release: () => {} }),
    close: async () => {},
    verify: async () => 'ok',
  }
  return { key: 'log', label: 'Log', account: 'test', reason: 'a test', open: () => transport }
}
