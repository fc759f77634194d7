import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Health } from '../api/operator.ts'
import { button, hasButton, press as pressNow, settled, submit, text, type, visit } from '../../test/page.ts'
import { problem, serve, type Answer } from '../../test/server.ts'
import { intervalFaults } from './interval.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2027-03-02T19:00:10Z'), toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

function press(name: string | RegExp): Promise<void> {
  vi.setSystemTime(Date.now() + 20)
  return pressNow(name)
}

const at = '2027-03-02T19:00:00.000Z'
const replica = {
  ...{
    id: 'n1',
    host: 'mailer-1',
    pid: 7,
    version: '1.0',
    provider: 'Resend',
    account: 'resend:1',
    eventApi: null,
    startedAt: at,
  },
  ...{ lastHeartbeatAt: at, lastHeartbeatSecondsAgo: 2, alive: true, differingSettings: [] as string[] },
}
const health = (change: Partial<Health> = {}): Health => ({
  ...{
    at,
    version: '1.0',
    hold: null,
    stranded: [],
    closedAccounts: [],
    stuck: [],
    pipelines: [],
    frequencyCap: '3 mails within 24 hours',
  },
  provider: { key: 'resend', label: 'Resend', reason: 'RESEND_API_KEY is set', account: 'resend:1' },
  notifiers: { alive: 1, differingSettings: [], items: [replica] },
  due: { count: 0, oldestSeconds: 0, lagSeconds: 0 },
  sending: { messages: 0, paused: 0, queued: 0, openUnits: 0, claimedUnits: 0, waitingUnits: 0 },
  unknown: { total: 0, undecided: 0 },
  inbox: { waiting: 0, oldestSeconds: 0 },
  ...change,
})
const setup = { configured: false, picked: false, account: null, problem: null }
const providers = {
  picked: {
    key: 'resend',
    label: 'Resend',
    reason: 'RESEND_API_KEY is set',
    account: 'resend:1',
    from: 'hello@x.example',
  },
  setups: [
    { ...setup, key: 'resend', label: 'Resend', configured: true, picked: true },
    { ...setup, key: 'ses', label: 'Amazon SES', problem: 'AWS_REGION is missing.' },
  ],
  items: [
    {
      account: 'resend:1',
      provider: 'Resend',
      callsPerSecond: 10,
      callsPerSecondMax: 14,
      mailsLeft: 41200,
      closed: null,
    },
  ],
  events: { apis: [], pipelines: [] },
}
const webhook = { provider: 'resend', label: 'Resend', lastReceivedAt: at, receivedLastHour: 4210 }
const connections = {
  ...{ total: 12, users: 4, events: [], messages: [{ id: 'm1', connections: 9 }] },
  broadcasts: { count: 8, lastMs: 1, p50Ms: 3.44, p99Ms: 18 },
}

async function page(change: Record<string, Answer> = {}) {
  const server = serve({
    'GET /v1/operator/health': { body: health() },
    'GET /v1/operator/providers': { body: providers },
    'GET /v1/operator/connections': { body: connections },
    'GET /v1/operator/webhooks': {
      body: {
        items: [{ ...webhook, waiting: 2, oldestWaitingAt: at, unprocessableLastDay: 1 }],
        lookedAt: 1,
        complete: true,
      },
    },
    'GET /v1/operator/backfill': { body: { backfill: null, possible: true, words: null } },
    ...change,
  })
  await visit('/operator')
  return server
}

test('an operator sees at a glance whether mails leave and reports arrive', async () => {
  await page({
    'GET /v1/operator/health': {
      body: health({
        due: { count: 2, oldestSeconds: 300, lagSeconds: 300 },
        inbox: { waiting: 42, oldestSeconds: 3 },
      }),
    },
  })

  expect(text()).toMatch(/Notifiers alive ?1/)
  expect(text()).toMatch(/Lag of due messages ?5 min/)
  expect(text()).toContain('to one address: 3 mails within 24 hours')
  expect(text()).toMatch(/Reports waiting ?42/)
  expect(text()).toContain('mailer-1')
  expect(text()).toContain('Resend, because RESEND_API_KEY is set')
  expect(text()).toContain('10 of 14 calls a second, 41,200 mails left of the quota')
  expect(text()).toContain('AWS_REGION is missing.')
  expect(text()).toMatch(/99 of 100 within ?18 ms/)
})

test('without a notifier the page says what to do', async () => {
  await page({
    'GET /v1/operator/health': { body: health({ notifiers: { alive: 0, differingSettings: [], items: [] } }) },
  })

  expect(text()).toContain('No notifier is alive, so no mail leaves.')
})

test('for anybody else there is no such page', async () => {
  await page({ 'GET /v1/operator/health': problem(404) })

  expect(text()).toContain('This page is not here')
})

test('one part that cannot be loaded takes no other with it', async () => {
  await page({ 'GET /v1/operator/webhooks': problem(503, { title: 'The database is away.' }) })

  expect(text()).toContain('The database is away.')
  expect(text()).toContain('mailer-1')
  expect(hasButton('Try again')).toBe(true)
})

test('a check names each part and how it is', async () => {
  const checks = [
    { check: 'credentials', ok: true, words: 'Resend knows the key.' },
    { check: 'domain', ok: false, words: 'x.example has no SPF record.' },
    { check: 'quota', ok: null, words: 'Resend does not tell.' },
  ]
  const server = await page({
    'POST /v1/operator/providers/test': { body: { provider: 'Resend', account: 'resend:1', checks, mail: null } },
  })

  await type('Test mail to', 'nobody')
  await submit()
  expect(server.asked.some(({ route }) => route.startsWith('POST'))).toBe(false)
  await type('Test mail to', 'ops@x.example')
  await submit()

  expect(server.asked.find(({ route }) => route.startsWith('POST'))?.body).toEqual({ to: 'ops@x.example' })
  expect(text()).toMatch(/Credentials: Well ?Resend knows the key\./)
  expect(text()).toMatch(/Sender’s domain: Not well ?x\.example has no SPF record\./)
  expect(text()).toMatch(/Quota: Not known/)
})

test('a lost day is asked for as instants, and can be stopped', async () => {
  const backfill = {
    ...{ id: 'b', state: 'running', begin: at, end: at, requestedAt: at, requestedBy: 'me', finishedAt: null },
    ...{ cancelledAt: null, events: 3, applied: 1, noop: 2, unprocessable: 0, reached: [] },
  }
  const server = await page({ 'POST /v1/operator/backfill': { status: 201, body: backfill } })
  server.plan({ 'DELETE /v1/operator/backfill': { status: 204 } })
  await settled()
  server.plan({ 'GET /v1/operator/backfill': { body: { backfill, possible: false, words: 'One is running.' } } })

  button('Ask for what happened then')
    .closest('form')!
    .dispatchEvent(new SubmitEvent('submit', { cancelable: true }))
  await settled()

  const sent = server.asked.find(({ route }) => route === 'POST /v1/operator/backfill')?.body as Record<string, string>
  expect(Date.parse(sent.end!) - Date.parse(sent.begin!)).toBe(24 * 3_600_000)
  expect(text()).toContain('3 events: 1 told something new, 2 known already')
  await press('Stop it')
  expect(server.asked.some(({ route }) => route === 'DELETE /v1/operator/backfill')).toBe(true)
})

test('where no provider can be asked, the page says what to do instead', async () => {
  const words = 'Resend has no event API. Send the webhooks again from its dashboard.'
  await page({ 'GET /v1/operator/backfill': { body: { backfill: null, possible: false, words } } })

  expect(text()).toContain(words)
  expect(hasButton('Ask for what happened then')).toBe(false)
})

const now = new Date('2027-03-02T19:00:00')
test.each([
  [{ begin: '', end: '2027-03-02T10:00' }, 'begin', 'Choose when it begins.'],
  [{ begin: '2027-03-02T09:00', end: '' }, 'end', 'Choose when it ends.'],
  [{ begin: '2027-03-02T11:00', end: '2027-03-02T10:00' }, 'end', 'It ends before it begins.'],
  [{ begin: '2027-01-01T11:00', end: '2027-03-02T10:00' }, 'begin', 'Providers keep events for 31 days at most.'],
  [{ begin: '2027-03-03T11:00', end: '2027-03-04T10:00' }, 'begin', 'That is still to come.'],
] as const)('an interval %j is refused at %s', (interval, field, fault) => {
  expect(intervalFaults(interval, now)[field]).toBe(fault)
})
