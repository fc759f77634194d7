import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { buildApp } from '../api/http/app.ts'
import { pickProvider } from '../api/providers/providers.ts'
import { median, type Stage } from './stage.ts'

// What a host waits for, over HTTP on a durable database: importing ten thousand guests, and counting them.

const guests = 10_000
const importRounds = 3
const countRounds = 31

export async function benchRequests(stage: Stage) {
  const api = await startApi(stage)
  const imports: number[] = []
  const counts: number[] = []
  for (let round = 0; round < importRounds; round++) {
    const event = await api.event()
    imports.push(await timed(() => api.importGuests(event)))
    if (round < importRounds - 1) continue
    for (let count = 0; count < countRounds; count++) counts.push(await timed(() => api.count(event)))
  }
  await api.stop()
  return [
    { what: `CSV import, ${guests} guests`, ms: median(imports), limitMs: 5000 },
    { what: `recipient count, ${guests} guests`, ms: median(counts), limitMs: 50 },
  ]
}

async function startApi({ db, pool }: Stage) {
  const picked = pickProvider({})
  const app = await buildApp({
    database: { db, pool, close: async () => {} },
    provider: { ...picked, open: () => picked.open(() => {}) },
    logger: pino({ level: 'warn' }),
    now: () => new Date(),
    config: {
      publicUrl: 'http://localhost:3000',
      corsOrigins: [],
      operatorEmails: [],
      secretKey: 'a key for the benchmark, long enough for it',
      undoWindowMs: 0,
      hostWeeklyLimit: 0,
      requireVerifiedEmail: false,
      apiRatePerMinute: 1_000_000,
      from: { name: 'Tidings', address: 'hello@tidings.test' },
      secureCookies: false,
    },
  })
  const base = await app.listen({ port: 0, host: '127.0.0.1' })
  let cookie = ''

  async function send(method: string, path: string, body?: string, type = 'application/json') {
    const headers = { cookie, origin: 'http://localhost:3000', ...(body !== undefined && { 'content-type': type }) }
    const response = await fetch(base + path, { method, headers, body })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response
  }

  const account = { name: 'Maren', email: `bench-${randomUUID()}@example.org`, password: 'a long enough password' }
  const signedUp = await send('POST', '/api/auth/sign-up/email', JSON.stringify(account))
  cookie = signedUp.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')

  return {
    async event(): Promise<string> {
      const event = { name: 'Summer dinner', localStart: '2099-06-01T18:00', timezone: 'Europe/Berlin' }
      const created = await send('POST', '/api/v1/events', JSON.stringify(event))
      return ((await created.json()) as { id: string }).id
    },
    async importGuests(event: string) {
      const reply = await send('POST', `/api/v1/events/${event}/guests/import`, csv(), 'text/csv')
      const { created } = (await reply.json()) as { created: number }
      if (created !== guests) throw new Error(`${created} guests were imported instead of ${guests}`)
    },
    async count(event: string) {
      const reply = await send('GET', `/api/v1/events/${event}/messages/recipient-count?audience=everyone`)
      const { count } = (await reply.json()) as { count: number }
      if (count !== guests) throw new Error(`${count} guests were counted instead of ${guests}`)
    },
    stop: () => app.close(),
  }
}

function csv() {
  const rows = Array.from({ length: guests }, (_, n) => `Guest ${n},guest-${n}@example.com,pending,1,"friends;work"`)
  return `name,email,rsvp_status,party_size,tags\n${rows.join('\n')}\n`
}

async function timed(work: () => Promise<unknown>) {
  const startedAt = performance.now()
  await work()
  return Math.round((performance.now() - startedAt) * 10) / 10
}
