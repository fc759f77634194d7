import { expect, test } from 'vitest'
import { at, host } from '../../../test/hosted-app.ts'
import { create, eventId, later, messages, now, shareMessageDesk } from '../../../test/message-desk.ts'
import * as given from '../../../test/given.ts'
import { messageStatuses, tabs } from '../../domain/message.ts'

shareMessageDesk()

const fire = (id: string) =>
  at.db
    .updateTable('scheduledMessages')
    .set({ status: 'sending', firedAt: now, content: '{}' })
    .where('id', '=', id)
    .execute()

test('each status is in one tab, with what it needs to be drawn', async () => {
  for (const status of messageStatuses) {
    const cancelledAt = status === 'cancelled' ? now : null
    const row = { status, subject: status, cancelledAt, sendAt: now, firedAt: now, content: '{}' }
    await given.message(at.db, eventId, row)
  }

  for (const [tab, statuses] of Object.entries(tabs)) {
    const { body } = await host.get(messages(`?tab=${tab}`))
    expect(body.items.map((item: { status: string }) => item.status).sort()).toEqual([...statuses].sort())
  }
  expect((await host.get(messages())).body.items).toHaveLength(messageStatuses.length)
})

test('the numbers add up, and an open message tells whom it would reach', async () => {
  await given.guests(at.db, eventId, [{ email: 'a@example.org', rsvpStatus: 'attending' }, { email: 'b@example.org' }])
  await create({ audience: 'attending' })
  const { id } = await create({ subject: 'Gone out' })
  await fire(id)
  const counters = { messageId: id, accepted: 7, failed: 1, skipped: 2, delivered: 5, shard: 1 }
  await at.db.insertInto('messageCounters').values(counters).execute()

  const [waiting] = (await host.get(messages('?tab=scheduled'))).body.items
  const [gone] = (await host.get(messages('?tab=sent'))).body.items

  expect(waiting).toMatchObject({ recipients: 1, counts: { total: 0, sent: 0 } })
  expect(gone).toMatchObject({ recipients: 10, counts: { total: 10, sent: 7, failed: 1, skipped: 2, delivered: 5 } })
})

test('pages follow each other, and a cursor belongs to its list', async () => {
  for (const subject of ['a', 'b', 'c']) await create({ subject })

  const first = await host.get(messages('?limit=2'))
  const second = await host.get(messages(`?limit=2&cursor=${first.body.nextCursor}`))
  const stranger = await host.get(messages(`?limit=2&tab=sent&cursor=${first.body.nextCursor}`))

  const subjects = [...first.body.items, ...second.body.items].map((item) => item.subject)
  expect(subjects.sort()).toEqual(['a', 'b', 'c'])
  expect(second.body.nextCursor).toBeNull()
  expect(stranger.body).toMatchObject({ status: 400, type: 'urn:tidings:problem:bad-cursor' })
})

test('a search is not a novel', async () => {
  expect((await host.get(messages(`?q=${'x'.repeat(201)}`))).status).toBe(400)
})

test.each(['tab=lost', 'status=gone', 'limit=0', 'limit=201', 'limit=many', 'colour=red'])(
  'a list with %s is refused',
  async (query) => {
    expect((await host.get(messages(`?${query}`))).status).toBe(400)
  },
)

test('a search finds subjects and the names of reminders', async () => {
  await create({ subject: 'Café in the hall' })
  const reminder = { kind: 'reminder' as const, reminderKey: 'day_of', subject: 'Today', sendAt: later }
  await given.message(at.db, eventId, { ...reminder, status: 'scheduled' })

  expect((await host.get(messages('?q=cafe'))).body.items).toMatchObject([{ label: 'Café in the hall' }])
  expect((await host.get(messages('?q=Day-of'))).body.items).toMatchObject([{ label: 'Day-of reminder' }])
})

test('the channels say which of them can be used', async () => {
  const { body } = await host.get('/channels')

  expect(body.items).toMatchObject([
    { key: 'email', label: 'E-mail', configured: true },
    { key: 'sms', configured: false },
    { key: 'whatsapp', configured: false },
  ])
})
