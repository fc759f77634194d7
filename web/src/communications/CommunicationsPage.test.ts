import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Message } from '../../../api/contract/message.ts'
import * as given from '../../test/given.ts'
import { audiences, channels, counts, message, messageId, placeholders, reminder } from '../../test/given-messages.ts'
import { button, hasButton, press as pressNow, settled, text, visit } from '../../test/page.ts'
import { problem, serve } from '../../test/server.ts'

const now = new Date('2027-03-02T19:00:00Z')
const place = `/events/${given.eventId}/communications`
const api = `/v1/events/${given.eventId}`
const countRoute = `GET ${api}/messages/recipient-count`

beforeEach(() => void vi.useFakeTimers({ now, toFake: ['Date'] }))
/** Vue drops a click of the very millisecond in which its listener came; a person is never that fast. */
function press(name: string | RegExp): Promise<void> {
  vi.setSystemTime(Date.now() + 20)
  return pressNow(name)
}

afterEach(() => void vi.useRealTimers())

function desk(messages: Message[], event: Parameters<typeof given.event>[0] = {}) {
  const inTab: Record<string, string[]> = {
    scheduled: ['draft', 'scheduled'],
    sent: ['sending', 'sent', 'failed'],
    cancelled: ['cancelled'],
  }
  return serve({
    [`GET ${api}`]: { body: given.event(event) },
    [`GET ${api}/sending`]: { body: { hold: null, stranded: [] } },
    'GET /v1/audiences': { body: { items: audiences } },
    'GET /v1/placeholders': { body: { items: placeholders } },
    'GET /v1/channels': { body: { items: channels } },
    [`GET ${api}/messages`]: ({ query }) => ({
      body: { items: messages.filter(({ status }) => inTab[query.tab ?? '']?.includes(status)), nextCursor: null },
    }),
    ...Object.fromEntries(messages.map((one) => [`GET ${api}/messages/${one.id}`, { body: one }])),
    [countRoute]: {
      body: {
        count: 42,
        excluded: { unsubscribed: 2, suppressed: 1, noAddress: 1, sharedAddress: 0, frequencyCapped: 0 },
        frequencyCap: null,
      },
    },
    [`POST ${api}/messages/preview`]: { body: { subject: 'Hi', html: '<p>Hi</p>', text: 'Hi', guestName: 'Ada' } },
  })
}

async function choose(tab: RegExp): Promise<void> {
  const found = [...document.querySelectorAll<HTMLElement>('[role=radio]')].find((one) =>
    tab.test(one.textContent ?? ''),
  )
  found?.click()
  await settled()
}

test('each message is under one of three tabs', async () => {
  desk([
    reminder(),
    message({ id: 'b', status: 'sent', label: 'Save the date', counts: counts({ total: 3, sent: 3 }) }),
    message({ id: 'c', status: 'cancelled', label: 'Menu', endReason: 'Cancelled by a host.' }),
  ])
  await visit(place)
  expect(text()).toMatch(/Scheduled ?1 ?Sent ?1 ?Cancelled ?1/)
  expect(text()).toContain('1-day reminder')
  expect(text()).not.toContain('Save the date')

  await choose(/^Sent/)
  expect(text()).toContain('Save the date')
  expect(text()).toContain('3 sent')

  await choose(/^Cancelled/)
  expect(text()).toContain('Cancelled by a host.')
})

test('what was sent or cancelled cannot be sent or cancelled again', async () => {
  desk([
    message({ id: 'b', status: 'sent', label: 'Save the date' }),
    message({ id: 'c', status: 'cancelled' }),
    reminder(),
  ])
  await visit(place)
  expect(hasButton('Send now: 1-day reminder')).toBe(true)
  expect(hasButton('Cancel: 1-day reminder')).toBe(true)

  for (const tab of [/^Sent/, /^Cancelled/]) {
    await choose(tab)
    expect(hasButton(/^Send now/)).toBe(false)
    expect(hasButton(/^Cancel:/)).toBe(false)
    expect(hasButton(/^More about (?!this)/)).toBe(false)
  }
})

test('a reminder has its name, its audience in words, and never a slug', async () => {
  desk([reminder({ audience: ['attending', 'maybe'], recipients: 42 })])

  await visit(place)

  expect(text()).toContain('To 42: attending, maybe')
  expect(document.body.innerHTML).not.toMatch(/one_day|day_of|seven_day|last_call|guest_name/)
})

test('the line ends at the event', async () => {
  desk([reminder()])

  await visit(place)

  expect(text()).toContain('The Long Table begins')
})

test('sending from the list says to how many, and offers the way back', async () => {
  const server = desk([reminder()])
  const leaving = reminder({ version: 2, undoUntil: '2027-03-02T19:00:10.000Z', sendAt: '2027-03-02T19:00:10.000Z' })
  server.plan({ [`POST ${api}/messages/${messageId}/send-now`]: { body: leaving } })
  await visit(place)

  await press('Send now: 1-day reminder')
  expect(text()).toContain('Send “1-day reminder” to 42 guests now?')
  await press('Send to 42 guests now')

  expect(text()).toContain('Goes out in 10 s')
  server.plan({ [`PATCH ${api}/messages/${messageId}`]: { body: reminder({ version: 3, status: 'draft' }) } })
  await press('Undo')
  expect(server.asked.at(-1)?.body).toEqual({ mode: 'draft' })
  expect(text()).toContain('is a draft again. Nobody got it.')
})

test('what is taken back is written on from the words that were leaving, and nothing offers the way back twice', async () => {
  const undoUntil = '2027-03-02T19:00:10.000Z'
  const server = desk([reminder({ status: 'draft', subject: 'Before' })])
  await visit(`${place}/${messageId}`)
  const leaving = reminder({ version: 2, subject: 'After', undoUntil, sendAt: undoUntil })
  server.plan({ [`POST ${api}/messages/${messageId}/send-now`]: { body: leaving } })
  await press('Send now: 1-day reminder')
  await press('Send to 42 guests now')

  const draft = reminder({ version: 3, subject: 'After', status: 'draft' })
  server.plan({ [`PATCH ${api}/messages/${messageId}`]: { body: draft } })
  await press('Undo')
  await vi.dynamicImportSettled()
  await settled()

  expect(document.querySelector('.letter')?.textContent).toContain('After')
  expect(hasButton('Undo')).toBe(false)
})

test('the way back is in the list after a reload, until the window closes', async () => {
  desk([reminder({ undoUntil: '2027-03-02T19:00:04.000Z' })])

  await visit(place)

  expect(text()).toContain('Goes out in 4 s')
  expect(hasButton('Undo')).toBe(true)
  expect(hasButton('Send now: 1-day reminder')).toBe(false)
})

test('sending from the list counts anew, for the number of the row is that of another day', async () => {
  const server = desk([reminder({ recipients: 42 })])
  const excluded = { unsubscribed: 0, suppressed: 0, noAddress: 1, sharedAddress: 0, frequencyCapped: 41 }
  server.plan({ [countRoute]: { body: { count: 0, excluded, frequencyCap: { mails: 1, hours: 24 } } } })
  await visit(place)

  await press('Send now: 1-day reminder')

  expect(server.asked.at(-1)?.query).toEqual({ audience: 'attending,maybe', kind: 'reminder' })
  expect(text()).toContain('Nobody would receive this')
  expect(text()).toContain('42 of 42 left out: 1 without an address, 41 already mailed within 24 hours')
  expect(hasButton('Send to nobody')).toBe(true)
})

test('more than five hundred guests want their number typed', async () => {
  const server = desk([reminder({ recipients: 1284 })])
  const excluded = { unsubscribed: 0, suppressed: 0, noAddress: 0, sharedAddress: 0, frequencyCapped: 0 }
  server.plan({ [countRoute]: { body: { count: 1284, excluded, frequencyCap: null } } })
  await visit(place)

  await press('Send now: 1-day reminder')

  expect(text()).toContain('Type 1284 to go on')
  expect(button('Send to 1,284 guests now').getAttribute('aria-disabled')).toBe('true')
})

test('cancelling says what it means before it happens', async () => {
  const server = desk([reminder()])
  const gone = reminder({ status: 'cancelled', version: 2, endReason: 'Cancelled by a host.' })
  await visit(place)

  await press('Cancel: 1-day reminder')
  expect(text()).toContain('42 guests will not get it.')
  server.plan({
    [`DELETE ${api}/messages/${messageId}`]: { status: 204 },
    [`GET ${api}/messages/${messageId}`]: { body: gone },
  })
  await press('Cancel the message')

  expect(text()).toContain('“1-day reminder” is cancelled. Nobody gets it.')
})

test('an event without messages explains itself and offers beginnings', async () => {
  desk([], { createdAt: '2027-03-14T17:00:00.000Z' })

  await visit(place)

  expect(text()).toContain('Nothing is going out yet')
  expect(text()).toContain('You made this event 5 hours before it starts')
  expect(hasButton('How to get here')).toBe(true)
})

test('a viewer learns whom to ask', async () => {
  desk([], { role: 'viewer', hostName: 'Maren Holt' })

  await visit(place)

  expect(text()).toContain('Ask Maren Holt, who owns this event')
  expect(hasButton('New message')).toBe(false)
})

test('an event that is called off sends nothing more but a notice that it is', async () => {
  const server = desk([message({ status: 'cancelled' })], { status: 'cancelled' })
  const eventName = { token: 'event_name', label: 'Event name', example: 'Summer dinner', fallback: null }
  server.plan({ 'GET /v1/placeholders': { body: { items: [...placeholders, eventName] } } })

  await visit(place)

  expect(hasButton('New message')).toBe(false)
  expect(text()).toContain('This event is called off.')
  await press('Tell guests')

  expect(text()).toContain('reaches guests who unsubscribed, too')
  const counted = server.asked.findLast(({ route }) => route.endsWith('/recipient-count'))
  expect(counted?.query).toEqual({ audience: 'everyone', kind: 'notice' })
  expect(hasButton('Send to 42 guests now')).toBe(true)
  const notice = message({ kind: 'notice', label: 'It is called off' })
  server.plan({
    [`POST ${api}/messages`]: { body: notice, status: 201 },
    [`GET ${api}/messages/${messageId}`]: { body: notice },
  })
  await press(/^Keep as draft/)
  await press('Save draft')

  expect(server.asked.findLast(({ route }) => route === `POST ${api}/messages`)?.body).toMatchObject({ kind: 'notice' })
})

test('a list that does not load can be asked for again', async () => {
  const server = desk([reminder()])
  server.plan({ [`GET ${api}/messages`]: problem(503, { title: 'The database cannot be reached' }) })

  await visit(place)

  expect(text()).toContain('The database cannot be reached')
  expect(hasButton('Try again')).toBe(true)
})
