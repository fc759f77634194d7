import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { buildApp } from '../../api/http/app.ts'
import { pickProvider } from '../../api/providers/providers.ts'
import { createHub } from '../../api/realtime/hub.ts'
import type { Bench } from '../bench.ts'
import { median, rounded, timedMs } from '../measure/numbers.ts'
import { publicUrl, secretKey, sender } from '../stage/messages.ts'
import { startStage, type Stage } from '../stage/stage.ts'

const guests = 10_000
const importRounds = 3
const countRounds = 31

export const requests: Bench = {
  name: 'requests',
  about: 'What a host waits for, over HTTP on a durable database: importing ten thousand guests, and counting them.',
  minutesMax: 5,
  async run() {
    const api = await startApi(await startStage())
    const imports: number[] = []
    const counts: number[] = []
    for (let round = 0; round < importRounds; round++) {
      const event = await api.event()
      imports.push(await took(() => api.importGuests(event)))
      if (round < importRounds - 1) continue
      for (let count = 0; count < countRounds; count++) counts.push(await took(() => api.count(event)))
    }
    await api.stop()
    return {
      figures: [
        {
          what: `CSV import, ${guests} guests`,
          unit: 'ms',
          value: median(imports),
          rounds: imports,
          target: { atMost: 5000 },
        },
        { what: `recipient count, ${guests} guests`, unit: 'ms', value: median(counts), target: { atMost: 50 } },
      ],
      tables: [],
    }
  },
}

const took = async (work: () => Promise<unknown>) => rounded((await timedMs(work)).ms, 1)

async function startApi({ db, pool }: Stage) {
  const picked = pickProvider({})
  const app = await buildApp({
    database: { db, pool, close: async () => {} },
    hub: createHub({ db }),
    provider: { ...picked, open: () => picked.open(() => {}) },
    logger: pino({ level: 'warn' }),
    now: () => new Date(),
    config: {
      publicUrl,
      corsOrigins: [],
      operatorEmails: [],
      secretKey,
      undoWindowMs: 0,
      hostWeeklyLimit: 0,
      requireVerifiedEmail: false,
      apiRatePerMinute: 1_000_000,
      from: sender,
      secureCookies: false,
    },
  })
  const base = await app.listen({ port: 0, host: '127.0.0.1' })
  let cookie = ''

  async function send(method: string, path: string, body?: string, type = 'application/json') {
    const headers = { cookie, origin: publicUrl, ...(body !== undefined && { 'content-type': type }) }
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
