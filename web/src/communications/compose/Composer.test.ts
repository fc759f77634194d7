import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Message } from '../../../../api/contract/message.ts'
import * as given from '../../../test/given.ts'
import { audiences, channels, message, messageId, placeholders, reminder } from '../../../test/given-messages.ts'
import { button, hasButton, press as pressNow, settled, text, visit } from '../../../test/page.ts'
import { problem, serve } from '../../../test/server.ts'

const api = `/v1/events/${given.eventId}`
const one = `${api}/messages/${messageId}`
const place = `/events/${given.eventId}/communications/${messageId}`

beforeEach(() => void vi.useFakeTimers({ now: new Date('2027-03-02T19:00:00Z'), toFake: ['Date'] }))
/** Vue drops a click of the very millisecond in which its listener came; a person is never that fast. */
function press(name: string | RegExp): Promise<void> {
  vi.setSystemTime(Date.now() + 20)
  return pressNow(name)
}

afterEach(() => {
  vi.useRealTimers()
  localStorage.clear()
})

async function compose(stored: Message, count = 42, event: Parameters<typeof given.event>[0] = {}) {
  const server = serve({
    [`GET ${api}`]: { body: given.event(event) },
    [`GET ${api}/sending`]: { body: { hold: null, stranded: [] } },
    'GET /v1/audiences': { body: { items: audiences } },
    'GET /v1/placeholders': { body: { items: placeholders } },
    'GET /v1/channels': { body: { items: channels } },
    [`GET ${api}/messages`]: ({ query }) => ({
      body: { items: query.tab === 'scheduled' ? [stored] : [], nextCursor: null },
    }),
    [`GET ${one}`]: { body: stored },
    [`GET ${api}/messages/recipient-count`]: {
      body: {
        count,
        excluded: { unsubscribed: 2, suppressed: 0, noAddress: 0, sharedAddress: 0, frequencyCapped: 0 },
        frequencyCap: null,
      },
    },
    [`POST ${api}/messages/preview`]: { body: { subject: 'Hi', html: '<p>Hi</p>', text: 'Hi', guestName: 'Ada' } },
  })
  await visit(place)
  return server
}

async function pick(label: string): Promise<void> {
  const found = [...document.querySelectorAll('label')].find((each) => each.textContent?.trim().startsWith(label))
  document.getElementById(found?.htmlFor ?? '')?.click()
  await settled()
}

test('the form asks for audience, channel, subject, message and time', async () => {
  await compose(message())

  for (const label of ['Audience', 'Channel', 'Subject', 'Message', 'When']) expect(text()).toContain(label)
  for (const kind of ['Now', 'At a set time', 'Days before the event', 'Keep as draft']) expect(text()).toContain(kind)
  expect(document.querySelector('.letter .tile')?.textContent).toBe('Guest name, or “there”')
})

test('who gets it is told in numbers and reasons', async () => {
  await compose(message())

  expect(text()).toContain('guests will receive this')
  expect(text()).toContain('2 of 44 left out: 2 unsubscribed')
})

test('a resend that was undone is counted as it will be sent: those who have not opened the first one', async () => {
  const resendOf = '01985f3c-0000-7000-8000-00000000000f'
  const server = await compose(message({ kind: 'resend', resendOf }))
  server.plan({ [`GET ${api}/messages/recipients`]: { body: { items: [], nextCursor: null } } })

  await press(/See who/)

  const asked = server.asked.filter(({ route }) => /recipient/.test(route))
  expect(asked.map(({ route }) => route)).toEqual([
    `GET ${api}/messages/recipient-count`,
    `GET ${api}/messages/recipients`,
  ])
  expect(asked.map(({ query }) => query.resendOf)).toEqual([resendOf, resendOf])
})

const counts = (server: Awaited<ReturnType<typeof compose>>) =>
  server.asked.filter(({ route }) => route.endsWith('/recipient-count')).map(({ query }) => query)

test('who was mailed enough is told for the time at which it goes', async () => {
  const server = await compose(reminder())
  const reminded = { audience: 'attending,maybe', kind: 'reminder' }
  expect(counts(server)).toEqual([{ ...reminded, sendAt: '2027-03-13T14:00:00.000Z' }])

  server.plan({
    [`GET ${api}/messages/recipient-count`]: ({ query }) => ({
      body: {
        count: query.sendAt ? 44 : 41,
        excluded: {
          unsubscribed: 0,
          suppressed: 0,
          noAddress: 0,
          sharedAddress: 0,
          frequencyCapped: query.sendAt ? 0 : 3,
        },
        frequencyCap: { mails: 2, hours: 24 },
      },
    }),
  })
  await pick('Now')
  await expect.poll(text).toContain('3 of 44 left out: 3 already mailed twice within 24 hours')

  expect(counts(server).at(-1)).toEqual(reminded)
})

test('the names behind the number are asked for the same time', async () => {
  const server = await compose(reminder())
  server.plan({
    [`GET ${api}/messages/recipients`]: {
      body: {
        items: [
          {
            guestId: 'ada',
            name: 'Ada',
            email: 'ada@example.org',
            reason: 'Already mailed as often as is allowed',
            carriedBy: null,
          },
        ],
        nextCursor: null,
      },
    },
  })

  await press(/See who/)

  expect(text()).toContain('Already mailed as often as is allowed')
  const names = server.asked.find(({ route }) => route.endsWith('/recipients'))
  expect(names?.query).toMatchObject(counts(server)[0]!)
})

test('the button says what it does, and does that', async () => {
  const server = await compose(message())
  server.plan({
    [`PATCH ${one}`]: { body: message({ status: 'scheduled', version: 2, undoUntil: '2027-03-02T19:00:10.000Z' }) },
  })
  expect(hasButton('Save draft')).toBe(true)

  await pick('Now')
  await press('Send to 42 guests now')

  const sent = server.asked.filter(({ route }) => route === `PATCH ${one}`)
  expect(sent.map(({ body }) => body)).toEqual([expect.objectContaining({ mode: 'send_now' })])
  expect(text()).toContain('Goes out in 10 s')
})

test('a message to nobody asks first', async () => {
  const server = await compose(message(), 0)
  expect(text()).toContain('Nobody will receive this')

  await pick('Now')
  await press('Send to nobody')

  expect(text()).toContain('Nobody would receive this')
  expect(hasButton('Send it anyway')).toBe(true)
  expect(server.asked.some(({ route }) => route.startsWith('PATCH'))).toBe(false)
  // Leaving keeps the choice in the draft.
  server.plan({ [`PATCH ${one}`]: { body: message({ version: 2 }) } })
  await press('Not yet')
  await press('Close')
  expect(server.asked.at(-1)?.body).toMatchObject({ mode: 'draft' })
})

test('a reminder keeps its rule and moves with the event', async () => {
  const server = await compose(reminder())
  server.plan({ [`PATCH ${one}`]: { body: reminder({ version: 2 }) } })
  expect(text()).toContain('When the event moves, this moves with it.')

  await press('Save, scheduled for 42 guests')

  const saved = server.asked.find(({ route }) => route === `PATCH ${one}`)
  expect(saved?.body).toMatchObject({ mode: 'schedule', rule: { daysBefore: 1, localTime: '09:00' } })
  expect(saved?.headers.get('if-match')).toBe('"1"')
})

test('what the server refuses stands under its field', async () => {
  const server = await compose(reminder())
  const detail = '{{guest}} is not a placeholder. Did you mean {{guest_name}}?'
  server.plan({ [`PATCH ${one}`]: problem(422, { detail, errors: [{ field: '/body', message: detail }] }) })

  await press('Save, scheduled for 42 guests')

  const body = [...document.querySelectorAll('[role=textbox]')].at(-1)
  const ids = body?.getAttribute('aria-describedby')?.split(' ') ?? []
  expect(ids.map((id) => document.getElementById(id)?.textContent?.trim())).toContain(detail)
  expect(body?.getAttribute('aria-invalid')).toBe('true')
})

test('a notice that the day has no room for says so, and what was written stays', async () => {
  const detail = 'Notices reach guests who unsubscribed, too, so an event can send 3 in 24 hours.'
  const server = await compose(message({ kind: 'notice' }))
  server.plan({ [`PATCH ${one}`]: problem(422, { title: 'This event has had its notices for the day', detail }) })
  await pick('Now')

  await press('Send to 42 guests now')

  expect(text()).toContain(detail)
  expect(hasButton('Send to 42 guests now')).toBe(true)
})

test('a draft event holds what would leave now, and says why', async () => {
  await compose(message(), 42, { status: 'draft' })

  expect(text()).toContain('This event is a draft, so its messages are held')
  expect(text()).toContain('Publish it, then send.')
  expect(button('Save draft').getAttribute('aria-disabled')).toBeNull()
})

test('what was typed and not saved is brought back, and can be dropped', async () => {
  const kept = {
    form: { audience: ['attending'], channel: 'email', subject: 'Mine', body: 'Mine', when: { kind: 'draft' } },
    at: '2027-03-02T18:00:00.000Z',
  }
  localStorage.setItem(`tidings.unsaved.${given.eventId}.${messageId}`, JSON.stringify(kept))
  await compose(reminder())
  expect(text()).toContain('had not been saved. It is here again.')
  expect(document.querySelector('[aria-multiline=false]')?.textContent).toBe('Mine')

  await press('Drop it')

  expect(document.querySelector('[aria-multiline=false]')?.textContent).toBe('Parking and what to bring')
})
