import { expect, test } from 'vitest'
import type { Sending } from '../../../api/contract/sending.ts'
import * as given from '../../test/given.ts'
import { audiences, channels, placeholders, reminder } from '../../test/given-messages.ts'
import { text, visit } from '../../test/page.ts'
import { problem, serve } from '../../test/server.ts'

const place = `/events/${given.eventId}/communications`
const api = `/v1/events/${given.eventId}`

async function tabWith(sending: Parameters<typeof serve>[0][string]) {
  serve({
    [`GET ${api}`]: { body: given.event() },
    [`GET ${api}/sending`]: sending,
    'GET /v1/audiences': { body: { items: audiences } },
    'GET /v1/placeholders': { body: { items: placeholders } },
    'GET /v1/channels': { body: { items: channels } },
    [`GET ${api}/messages`]: ({ query }) => ({
      body: { items: query.tab === 'scheduled' ? [reminder()] : [], nextCursor: null },
    }),
  })
  await visit(place)
}

type Here = Sending & { notifierAlive: boolean; overdue: { count: number; oldestDueAt: string | null } }
const body = (sending: Partial<Here>) => ({ body: { hold: null, stranded: [], ...sending } })

test('a hold is told with its time and the operator’s own words', async () => {
  await tabWith(body({ hold: { heldAt: '2027-03-02T19:00:00.000Z', reason: 'We are moving to a new server.' } }))

  expect(text()).toMatch(/Sending is on hold by the operator since Tue 2 Mar, \d\d:00\./)
  expect(text()).toContain('“We are moving to a new server.”')
  expect(text()).toContain('1-day reminder')
})

test('messages whose provider nobody has are counted', async () => {
  await tabWith(body({ stranded: [{ provider: 'Amazon SES', messages: 2 }] }))

  expect(text()).toContain('2 messages wait for the mail provider Amazon SES')
})

const overdue = { count: 2, oldestDueAt: '2027-03-02T19:00:00.000Z' }

test('when nothing sends and something is due, the tab says so', async () => {
  await tabWith(body({ notifierAlive: false, overdue }))

  expect(text()).toMatch(/No mails are leaving: .*2 messages are due since Tue 2 Mar, \d\d:00\. Nothing is lost/)
})

test.each([
  ['nothing is due', body({ notifierAlive: false, overdue: { count: 0, oldestDueAt: null } })],
  ['it is only late', body({ notifierAlive: true, overdue })],
  [
    'the operator holds it',
    body({ notifierAlive: false, overdue, hold: { heldAt: overdue.oldestDueAt, reason: null } }),
  ],
])('no alarm while %s', async (_why, answer) => {
  await tabWith(answer)

  expect(text()).not.toContain('No mails are leaving')
})

test.each([
  ['all is well', body({})],
  ['the server can’t tell', problem(503)],
])('nothing is said when %s', async (_when, answer) => {
  await tabWith(answer)

  expect(text()).toContain('1-day reminder')
  expect(text()).not.toMatch(/on hold|waits? for the mail provider/)
})
