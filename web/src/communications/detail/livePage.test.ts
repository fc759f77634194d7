import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Delivery } from '../../../../api/contract/delivery.ts'
import type { Message } from '../../../../api/contract/message.ts'
import * as given from '../../../test/given.ts'
import { audiences, channels, counts, delivery, message, messageId, reminder } from '../../../test/given-messages.ts'
import { fakeSockets, metrics, openTo, rates, sockets } from '../../../test/live.ts'
import { hasButton, press as pressNow, settled, text, visit } from '../../../test/page.ts'
import { problem, serve, type Answer, type Asked } from '../../../test/server.ts'

const api = `/v1/events/${given.eventId}`
const here = `${api}/messages/${messageId}`
const firedAt = '2027-03-02T19:00:00.000Z'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2027-03-02T19:00:10Z'), toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

function press(name: string | RegExp): Promise<void> {
  vi.setSystemTime(Date.now() + 20)
  return pressNow(name)
}

const sending = (change: Partial<Message> = {}) =>
  message({ status: 'sending', firedAt, provider: 'resend', counts: counts({ total: 10, queued: 10 }), ...change })
const sent = (change: Partial<Message> = {}) =>
  sending({ status: 'sent', counts: counts({ total: 10, sent: 10 }), ...change })

async function page(one: Message, plan: Record<string, Answer> = {}, deliveries: Delivery[] = []) {
  const server = serve({
    [`GET ${api}`]: { body: given.event() },
    [`GET ${api}/sending`]: { body: { hold: null, stranded: [] } },
    'GET /v1/audiences': { body: { items: audiences } },
    'GET /v1/placeholders': { body: { items: [] } },
    'GET /v1/channels': { body: { items: channels } },
    [`GET ${api}/messages`]: ({ query }) => ({ body: { items: query.tab === 'sent' ? [one] : [], nextCursor: null } }),
    [`GET ${here}`]: { body: one },
    [`GET ${here}/metrics`]: { body: metrics(one.counts, { ...one, at: '2027-03-02T19:00:00.500Z' }) },
    [`GET ${here}/deliveries`]: { body: { items: deliveries, nextCursor: null } },
    ...plan,
  })
  await visit(`/events/${given.eventId}/communications/${messageId}`, { sockets: fakeSockets })
  return server
}

const line = () => openTo(`/messages/${messageId}`)[0]!
const bar = () => document.querySelector('[aria-label="Progress"] [role=progressbar]')!

test('the bar goes from nothing to everyone, with what guests did beside it', async () => {
  await page(sending())
  line().open()
  expect(text()).toContain('of 10 done, 0%')

  line().say(
    metrics({ total: 10, queued: 1, sent: 9, delivered: 8, opened: 4, openedMachine: 3, clicked: 2, unsubscribed: 1 }),
  )
  await settled()
  expect(text()).toContain('of 10 done, 90%')
  expect(bar().getAttribute('aria-valuenow')).toBe('9')
  expect(text()).toMatch(/Opened ?4 ?50% of delivered, estimate ?and 3 by machines/)
  expect(text()).toMatch(/Unsubscribed ?1 ?11% of sent/)

  line().say(metrics({ total: 10, sent: 10, delivered: 10 }, { status: 'sent', at: '2027-03-02T19:00:02.000Z' }))
  await settled()
  expect(text()).toContain('of 10 done, 100%')
})

test('99.9 of a hundred is not everyone', async () => {
  await page(sending({ counts: counts({ total: 1000, queued: 1, sent: 999 }) }))

  expect(text()).toContain('999of 1,000 done, 99%'.replace('999of', '999 of'))
})

test('what has not happened yet is no percentage', async () => {
  await page(sending({ counts: counts({ total: 10, sent: 10 }) }))

  expect(text()).toMatch(/Opened ?0 ?none yet/)
  expect(text()).not.toContain('0% of')
})

test('below five mails there is no share', async () => {
  await page(sending({ counts: counts({ total: 4, sent: 4, delivered: 4, opened: 2 }) }))

  expect(text()).toMatch(/Opened ?2 ?–/)
  expect(text()).not.toMatch(/\d+% of (delivered|sent)/)
})

test('the three words: connecting, live, polling', async () => {
  await page(sending())
  expect(text()).toContain('Connecting...')

  line().open()
  await settled()
  expect(text()).toContain('Live')
  expect(text()).not.toContain('Connecting...')

  line().drop()
  await settled()
  expect(text()).toContain('Polling')
  expect(text().match(/numbers from \d\d:00/g), 'once').toHaveLength(1)
})

test('a message that left a day ago needs no line, and can be asked for all the same', async () => {
  const server = await page(sent({ firedAt: '2027-03-01T19:00:00.000Z' }))
  expect(openTo(`/messages/${messageId}`)).toHaveLength(0)
  expect(text()).not.toMatch(/Live|Polling|Connecting/)
  const before = server.asked.length

  await press('Refresh the numbers')

  const routes = server.asked.slice(before).map(({ route }) => route)
  expect(routes).toContain(`GET ${here}`)
  expect(routes).toContain(`GET ${here}/metrics`)
})

test('a message that is gone is said to be gone', async () => {
  await page(sending(), { [`GET ${here}/metrics`]: problem(404, { title: 'Not here' }) })
  line().drop()
  await settled()

  expect(text()).toContain('Nothing is here')
  expect(hasButton('Go to the messages')).toBe(true)
})

test('an answer that was on its way while numbers came does not turn them back', async () => {
  const server = await page(sending())
  line().open()
  server.plan({
    [`GET ${here}`]: () => {
      line().say(metrics({ total: 10, queued: 2, sent: 8 }))
      return { body: sending({ counts: counts({ total: 10, queued: 9, sent: 1 }) }) }
    },
  } as never)

  await press('Refresh the numbers')

  expect(text()).toContain('of 10 done, 80%')
})

test('leaving the page shuts its line', async () => {
  await page(sending())
  const socket = line()

  await press('Overview')

  expect(socket.isClosed).toBe(true)
  expect(sockets.filter(({ url, isClosed }) => url.includes('/messages/') && !isClosed)).toEqual([])
})

test('the guest whose drawer is open is followed', async () => {
  const row = delivery({ status: 'sent' })
  const server = await page(sending(), {}, [row])
  await press('Ada Brandt')
  expect(document.querySelector('[role=dialog]')?.textContent).toContain('Sent')

  const reason = 'The mail program opens every mail by itself.'
  const machine = { openedMachineAt: '2027-03-02T19:00:02.000Z', machineReason: reason }
  const bounced = { ...delivery({ status: 'bounced', reason: 'The mailbox is full.' }), ...machine }
  server.plan({ [`GET ${here}/deliveries`]: { body: { items: [bounced], nextCursor: null } } })
  line().open()
  line().say(metrics({ total: 10, queued: 9, sent: 1, bounced: 1 }))
  await settled()

  expect(document.querySelector('[role=dialog]')?.textContent).toContain('The mailbox is full.')
  expect(document.querySelector('[role=dialog]')?.textContent).toContain(reason)
})

const offer = (change: object) => ({ allowed: true, reason: null, availableAt: null, count: 7, ...change })

test('rows that somebody has scrolled to are as fresh as the first, also beyond one answer', async () => {
  const shown = 260
  let status: Delivery['status'] = 'queued'
  const server = await page(sending(), {
    [`GET ${here}/deliveries`]: (({ query }: Asked) => {
      const [from, limit] = [Number(query.cursor ?? 0), Number(query.limit)]
      const items = Array.from({ length: Math.min(limit, shown - from) }, (_, n) =>
        delivery({ guestId: `guest-${from + n}`, guestName: `Guest ${from + n}`, status }),
      )
      return { body: { items, nextCursor: from + limit < shown ? String(from + limit) : null } }
    }) as never,
  })
  for (let more = 0; more < 5; more++) await press('Show more')
  line().open()
  status = 'delivered'
  const before = server.asked.length

  line().say(metrics({ total: 260, sent: 260, delivered: 260 }))
  const statuses = () =>
    [...document.querySelectorAll('tbody tr')].map((row) => /Queued|Delivered/.exec(row.textContent)?.[0])
  const patience = { timeout: 10_000, interval: 100 }
  await vi.waitFor(() => expect(statuses()).toEqual(Array(shown).fill('Delivered')), patience)

  const asked = server.asked.slice(before).filter(({ route }) => route === `GET ${here}/deliveries`)
  expect(asked.map(({ query }) => [query.cursor ?? null, query.limit])).toEqual([
    [null, '200'],
    ['200', '60'],
  ])
})

test('what changes while the first rows are on their way is not missed, though nothing changes after it', async () => {
  const withStatus = (status: Delivery['status']): Answer => ({
    body: { items: [delivery({ status })], nextCursor: null },
  })
  const first = Promise.withResolvers<Answer>()
  const answers: (Answer | Promise<Answer>)[] = [first.promise, withStatus('delivered')]
  await page(sent(), { [`GET ${here}/deliveries`]: (() => answers.shift()!) as never })
  line().open()

  line().say(metrics({ total: 10, sent: 10, delivered: 10 }, { status: 'sent', at: '2027-03-02T19:00:02.000Z' }))
  await settled()
  first.resolve(withStatus('queued'))

  const row = () => document.querySelector('tbody tr')?.textContent
  await vi.waitFor(() => expect(row()).toContain('Delivered'), { timeout: 5_000 })
})

test('those who have not opened can get it again, once it is asked', async () => {
  const server = await page(sent(), { [`GET ${here}/resend`]: { body: offer({}) } })
  const undoUntil = '2027-03-02T19:00:20.000Z'
  const again = message({
    id: 'again',
    kind: 'resend',
    status: 'scheduled',
    undoUntil,
    recipients: 7,
    label: 'Parking',
  })
  server.plan({
    [`POST ${here}/resend`]: { status: 201, body: again },
    [`GET ${api}/messages/again`]: { body: again },
    [`PATCH ${api}/messages/again`]: { body: { ...again, status: 'draft', undoUntil: null, version: 2 } },
  })

  await press('Resend to 7 guests who have not opened')
  expect(text()).toContain('again to 7 guests?')
  expect(server.asked.some(({ route }) => route === `POST ${here}/resend`)).toBe(false)
  await press('Resend to 7 guests')

  expect(server.asked.find(({ route }) => route === `POST ${here}/resend`)?.headers.get('idempotency-key')).toBeTruthy()
  expect(text()).toContain('goes out to 7 guests.')
  expect(hasButton('Undo')).toBe(true)
})

test.each([
  [
    offer({ allowed: false, availableAt: '2027-03-03T02:00:00.000Z' }),
    'a day after it went out: available in 7 hours.',
  ],
  [offer({ allowed: false, reason: 'It was sent again already.' }), 'It was sent again already.'],
])('when it may not, the button says why', async (body, why) => {
  await page(sent(), { [`GET ${here}/resend`]: { body } })

  expect(text()).toContain(why)
  await press(/^Resend to 7 guests/)
  expect(document.querySelector('[role=dialog]')).toBeNull()
})

test('the question asks with the number of this moment, whatever the button still says', async () => {
  let count = 7
  await page(sent(), { [`GET ${here}/resend`]: (() => ({ body: offer({ count }) })) as never })
  count = 5

  await press('Resend to 7 guests who have not opened')
  await settled()

  expect(text()).toContain('again to 5 guests?')
})

test('where nobody can know who has opened it, the question says whom it would reach', async () => {
  await page(sent(), { [`GET ${here}/resend`]: { body: offer({ opensKnown: false }) } })

  await press(/^Resend to 7 guests/)

  expect(text()).toContain('it goes to everybody who got it')
})

test('a refusal is told where the question was', async () => {
  await page(sent(), {
    [`GET ${here}/resend`]: { body: offer({}) },
    [`POST ${here}/resend`]: problem(409, { detail: 'Somebody was faster: it was sent again at 20:00.' }),
  })

  await press(/^Resend to 7 guests/)
  await press('Resend to 7 guests')

  expect(text()).toContain('Somebody was faster')
})

test('both messages tell what the second brought', async () => {
  const uplift = {
    message: '15 more guests opened after resend (+8.3 %)',
    ...{ additionalOpens: 15, originalOpens: 181, percentage: 8.3 },
  }
  const second = { ...sent({ id: 'again', kind: 'resend', recipients: 7 }), resendOf: messageId }
  const numbers = { body: metrics({ total: 7, sent: 7 }, { id: 'again', uplift }) }
  await page(sent(), {
    [`GET ${api}/messages`]: { body: { items: [sent(), second], nextCursor: null } },
    [`GET ${api}/messages/again`]: { body: second },
    [`GET ${api}/messages/again/metrics`]: numbers,
    [`GET ${api}/messages/again/deliveries`]: { body: { items: [], nextCursor: null } },
    [`GET ${here}/resend`]: {
      body: offer({ allowed: false, reason: 'It was sent again already.', resentAs: 'again' }),
    },
  })
  expect(text()).toContain(uplift.message)

  await press('It was sent again to 7 guests')

  expect(text()).toContain(uplift.message)
  expect(hasButton('See the first message')).toBe(true)
})

test('each wording of a reminder has its own figures', async () => {
  const numbers = counts({ total: 8, sent: 8, opened: 6 })
  const old = {
    messageId,
    generation: 1,
    editedBy: null,
    version: 1,
    subject: 'A week to go',
    createdAt: firedAt,
    firedAt: null,
    counts: null,
    rates: null,
  }
  const now = { ...old, version: 2, subject: 'Bring a blanket', firedAt, counts: numbers, rates: rates(numbers) }
  await page(reminder({ status: 'sent', firedAt, counts: numbers }), {
    [`GET ${here}/revisions`]: { body: { items: [now, old] } },
  })

  const rows = [...document.querySelectorAll('[aria-label="Versions of this reminder"] tbody tr')]
  expect(rows.map((row) => row.textContent?.replace(/\s+/g, ' '))).toEqual([
    expect.stringMatching(/Bring a blanket.*8 sent.*6 opened ?75% of sent/),
    expect.stringMatching(/A week to go.*never sent/),
  ])
})

test('charts have their numbers beside them, a table behind them, and moments for the keyboard', async () => {
  const none = { accepted: 0, delivered: 0, opened: 0, clicked: 0, attending: 0, maybe: 0, declined: 0 }
  const steps = [
    { ...none, at: firedAt, accepted: 6, delivered: 4 },
    { ...none, at: '2027-03-02T19:01:00.000Z', accepted: 4, delivered: 5, attending: 1 },
  ]
  const later = { ...none, delivered: 1, attending: 1 }
  await page(sent(), { [`GET ${here}/timeline`]: { body: { from: firedAt, stepMs: 60_000, steps, later } } })
  await settled()

  expect(text()).toContain('10 accepted')
  expect(text()).toMatch(/2 answers since .* 2 attending\./)
  const slider = document.querySelector('[role=slider][aria-label^=Deliveries]')!
  expect(slider.getAttribute('aria-valuetext')).toContain('10 accepted, 9 delivered')
  slider.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }))
  await settled()
  expect(slider.getAttribute('aria-valuetext')).toContain('6 accepted, 4 delivered')
  const table = document.querySelector('[aria-label="Deliveries as a table"] tbody')!
  expect([...table.querySelectorAll('td')].map((cell) => cell.textContent)).toEqual(['6', '4', '10', '9', '+0', '+1'])
})

const nobody = { accepted: 0, delivered: 0, opened: 0, clicked: 0, attending: 0, maybe: 0, declined: 0 }
const timelineOf = (accepted: number) => ({
  body: { from: firedAt, stepMs: 60_000, steps: [{ ...nobody, at: firedAt, accepted }], later: nobody },
})

test('the charts are read again the moment the message ends', async () => {
  const server = await page(sending(), { [`GET ${here}/timeline`]: timelineOf(0) })
  line().open()
  // The pause between two readings has begun when the last mail leaves.
  line().say(metrics({ total: 10, queued: 9, sent: 1 }))
  await settled()
  const deliveries = () => document.querySelector('[role=slider][aria-label^=Deliveries]')
  expect(deliveries(), 'a chart of nothing').toBeNull()
  server.plan({ [`GET ${here}/timeline`]: timelineOf(10) })

  line().say(metrics({ total: 10, sent: 10 }, { status: 'sent', at: '2027-03-02T19:00:02.000Z' }))
  await settled()

  expect(deliveries()?.getAttribute('aria-valuetext')).toContain('10 accepted')
})

const skipsOf = (...items: [number, string][]) => ({
  body: { items: items.map(([count, words]) => ({ reason: 'expired', count, words })) },
})

test('the ledger says why guests were skipped, and again when more are and when the message ends', async () => {
  const server = await page(sending({ counts: counts({ total: 35, queued: 10, skipped: 25 }) }), {
    [`GET ${here}/skips`]: skipsOf([23, 'already mailed as often as is allowed'], [2, 'without an address']),
  })
  expect(text()).toMatch(/Skipped ?−25 ?23 already mailed as often as is allowed, 2 without an address/)
  const asked = () => server.asked.filter(({ route }) => route === `GET ${here}/skips`).length
  line().open()
  line().say(metrics({ total: 35, queued: 9, sent: 1, skipped: 25 }))
  await settled()
  expect(asked(), 'numbers that tell of no skipped guest').toBe(1)

  server.plan({ [`GET ${here}/skips`]: skipsOf([26, 'unsubscribed']) })
  line().say(metrics({ total: 35, queued: 8, sent: 1, skipped: 26 }, { at: '2027-03-02T19:00:02.000Z' }))
  await settled()
  expect(text()).toMatch(/Skipped ?−26 ?26 unsubscribed/)

  server.plan({ [`GET ${here}/skips`]: skipsOf([26, 'unsubscribed'], [1, 'removed from the guest list']) })
  const end = { status: 'sent', at: '2027-03-02T19:00:03.000Z' } as const
  line().say(metrics({ total: 35, sent: 8, skipped: 27 }, end))
  await settled()
  expect(text()).toMatch(/Skipped ?−27 ?26 unsubscribed, 1 removed from the guest list/)
})

test('reasons that could not be read leave the ledger as it is, and come with the next numbers that are asked for', async () => {
  const skipping = sent({ counts: counts({ total: 12, sent: 10, skipped: 2 }) })
  const server = await page(skipping, { [`GET ${here}/skips`]: problem(500) })
  expect(text()).toMatch(/Skipped ?−2 ?To send/)
  server.plan({ [`GET ${here}/skips`]: skipsOf([2, 'unsubscribed']) })

  await press('Refresh the numbers')

  expect(text()).toMatch(/Skipped ?−2 ?2 unsubscribed/)
})

test('a message that skipped nobody asks for no reasons', async () => {
  const server = await page(sent())

  expect(server.asked.some(({ route }) => route === `GET ${here}/skips`)).toBe(false)
})
