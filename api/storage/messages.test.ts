import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { createMessages, getMessage } from './messages.ts'

const reminder = (eventId: string, reminderKey: string) => ({
  eventId,
  kind: 'reminder' as const,
  reminderKey,
  audience: ['attending', 'maybe'],
  subject: 'See you soon',
  body: 'Hello',
  status: 'scheduled' as const,
  sendAt: '2099-05-25T07:00:00Z',
  rule: { daysBefore: 7, localTime: '09:00' },
})

test('reminders are written together and read back as they were', async () => {
  const { db } = await cloneDatabase()
  const { id: eventId } = await given.event(db)

  const created = await createMessages(db, [reminder(eventId, '7_day'), reminder(eventId, '3_day')])

  expect(created.map((row) => row.reminderKey)).toEqual(['7_day', '3_day'])
  expect(await getMessage(db, { eventId, messageId: created[0]!.id })).toMatchObject({
    status: 'scheduled',
    audience: ['attending', 'maybe'],
    rule: { daysBefore: 7, localTime: '09:00' },
    sendAt: new Date('2099-05-25T07:00:00Z'),
  })
})

test('one refused row leaves none', async () => {
  const { db } = await cloneDatabase()
  const { id: eventId } = await given.event(db)

  const twice = createMessages(db, [reminder(eventId, '7_day'), reminder(eventId, '7_day')])

  await expect(twice).rejects.toThrow(/scheduled_messages_one_reminder/)
  expect(await db.selectFrom('scheduledMessages').selectAll().execute()).toEqual([])
})

test('nothing to write is no statement', async () => {
  const { db } = await cloneDatabase()

  expect(await createMessages(db, [])).toEqual([])
})

test('a message of another event is unknown', async () => {
  const { db } = await cloneDatabase()
  const [mine, theirs] = [await given.event(db), await given.event(db)]
  const message = await given.message(db, theirs.id)

  expect(await getMessage(db, { eventId: mine.id, messageId: message.id })).toBeUndefined()
  expect(await getMessage(db, { eventId: theirs.id, messageId: randomUUID() })).toBeUndefined()
})
