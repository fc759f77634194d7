import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Delivery } from '../../../../api/contract/delivery.ts'
import type { Message } from '../../../../api/contract/message.ts'
import * as given from '../../../test/given.ts'
import { audiences, channels, counts, delivery, message, messageId } from '../../../test/given-messages.ts'
import { hasButton, press as pressNow, text, visit } from '../../../test/page.ts'
import { problem, serve } from '../../../test/server.ts'
import { guestOffer } from './secondTries.ts'

const api = `/v1/events/${given.eventId}`
const here = `${api}/messages/${messageId}`

beforeEach(() => void vi.useFakeTimers({ now: new Date('2027-03-02T19:00:00Z'), toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

/** Vue drops a click of the very millisecond in which its listener came; a person is never that fast. */
function press(name: string | RegExp): Promise<void> {
  vi.setSystemTime(Date.now() + 20)
  return pressNow(name)
}

const ended = (change: Partial<Message>) =>
  message({ status: 'sent', firedAt: '2027-03-02T18:00:00.000Z', label: 'Parking', provider: 'smtp', ...change })

/** The message's page, with these guests. */
async function page(one: Message, deliveries: Delivery[] = []) {
  const server = serve({
    [`GET ${api}`]: { body: given.event() },
    [`GET ${api}/sending`]: { body: { hold: null, stranded: [] } },
    'GET /v1/audiences': { body: { items: audiences } },
    'GET /v1/placeholders': { body: { items: [] } },
    'GET /v1/channels': { body: { items: channels } },
    [`GET ${api}/messages`]: { body: { items: [one], nextCursor: null } },
    [`GET ${here}`]: { body: one },
    [`GET ${here}/deliveries`]: { body: { items: deliveries, nextCursor: null } },
  })
  await visit(`/events/${given.eventId}/communications/${messageId}`)
  return server
}

const lastAsked = ({ asked }: { asked: { route: string; body: unknown }[] }) =>
  asked.findLast(({ route }) => route.startsWith('POST'))

test('failed guests are tried again after a question, and the page shows that it goes on', async () => {
  const server = await page(ended({ counts: counts({ total: 5, sent: 3, failed: 2 }) }))
  expect(text()).toContain('2 need a look')

  await press('Retry failed (2)')
  expect(text()).toContain('Try 2 guests again?')
  expect(lastAsked(server)).toBeUndefined()
  const goesOn = ended({ reopened: true, version: 2, counts: counts({ total: 5, sent: 3, queued: 2 }) })
  server.plan({ [`POST ${here}/retry-failed`]: { body: goesOn } })
  await press(/^Try \d guests? again$/)

  expect(lastAsked(server)).toMatchObject({ route: `POST ${here}/retry-failed`, body: {} })
  expect(text()).toContain('Trying again')
  expect(text()).toContain('2 guests are tried again.')
  expect(hasButton(/Stop sending the last 2/)).toBe(true)
  expect(text()).not.toContain('need a look')
})

test('a refusal is told where the question was', async () => {
  const server = await page(ended({ kind: 'reminder', counts: counts({ total: 1, failed: 1 }) }))
  server.plan({
    [`POST ${here}/retry-failed`]: problem(409, { detail: 'A reminder after the start would only confuse.' }),
  })

  await press('Retry failed (1)')
  await press(/^Try \d guests? again$/)

  expect(text()).toContain('A reminder after the start would only confuse.')
})

test.each([
  ['Send again', 'resend', '3 guests are tried again.'],
  ['Leave as it is', 'leave', 'Left as it is for 3 guests.'],
])('unknown guests: %s', async (verb, as, said) => {
  const server = await page(ended({ unresolved: 3, counts: counts({ total: 5, sent: 2, unknown: 3 }) }))
  server.plan({ [`POST ${here}/resolve`]: { body: ended({ counts: counts({ total: 5, sent: 2, unknown: 3 }) }) } })

  await press('Decide')
  expect(text()).toContain('Nobody knows whether 3 guests got it')
  expect(text()).toContain('some may get it twice')
  await press(verb)

  expect(lastAsked(server)).toMatchObject({ body: { deliveries: 'all', as } })
  expect(text()).toContain(said)
})

test('those that were decided about need no further look', async () => {
  await page(ended({ unresolved: 0, counts: counts({ total: 5, sent: 2, unknown: 3 }) }))

  expect(text()).not.toContain('need a look')
})

test('one guest can be tried again alone, with the reason and the raw answer beside it', async () => {
  const refused = {
    status: 'failed',
    reason: 'Nobody lives there.',
    reply: '550 5.1.1 no such user',
    guestEmail: 'right@example.com',
  } as const
  const one = ended({ counts: counts({ total: 1, failed: 1 }) })
  const server = await page(one, [delivery(refused)])
  server.plan({ [`POST ${here}/retry-failed`]: { body: one } })

  await press('Ada Brandt')
  expect(text()).toContain('Nobody lives there.')
  expect(text()).toContain('550 5.1.1 no such user')
  expect(text()).toContain('A second try goes to right@example.com.')
  await press('Send to right@example.com')

  expect(lastAsked(server)).toMatchObject({ body: { guests: ['guest-ada'] } })
  expect(document.querySelector('[role=dialog]')).toBeNull()
})

test('a missed message can be sent anyway', async () => {
  const server = await page(
    message({ status: 'failed', missed: true, endReason: 'It was found too late.', recipients: 42 }),
  )
  const undoUntil = '2027-03-02T19:00:10.000Z'
  server.plan({ [`POST ${here}/send-now`]: { body: message({ status: 'scheduled', undoUntil, version: 2 }) } })

  await press('Send anyway')
  await press('Send to 42 guests now')

  expect(lastAsked(server)).toMatchObject({ route: `POST ${here}/send-now` })
  expect(hasButton('Undo')).toBe(true)
})

test.each<[string, Partial<Delivery>, string | undefined]>([
  ['failed, at the same address', { status: 'failed' }, 'Try again'],
  ['failed, without an address now', { status: 'failed', guestEmail: null }, undefined],
  ['unknown', { status: 'unknown' }, 'Send again'],
  ['left as it is', { status: 'unknown', leftAt: '2027-03-02T19:00:00Z' }, 'Send again'],
  ['skipped for want of an address, and has one', { status: 'skipped', address: null }, 'Send to ada@brandt.studio'],
  ['skipped, as ever', { status: 'skipped' }, undefined],
  ['carried by another mail', { status: 'skipped', carriedBy: 'guest-bo', guestEmail: 'new@example.com' }, undefined],
  ['delivered', { status: 'delivered' }, undefined],
  ['removed', { status: 'failed', guestId: null }, undefined],
])('what can be done for a guest who is %s', (_, change, again) => {
  expect(guestOffer(delivery(change))?.again).toBe(again)
})
