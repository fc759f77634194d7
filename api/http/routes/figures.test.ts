import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { at, host as maren, shareAppWithHost } from '../../../test/hosted-app.ts'
import * as given from '../../../test/given.ts'
import { finishedMessage } from '../../../test/outcomes.ts'
import { expectSums } from '../../../test/sums.ts'
import { fireMessages } from '../../storage/fire.ts'

shareAppWithHost()

const minuteMs = 60_000

/** A message that went out, to so many guests, of whom the first ones have opened it. */
async function sent(eventId: string, count: number, opened: number, kind: 'broadcast' | 'reminder' | 'confirmation') {
  const outcomes = Array.from({ length: count }, () => 'accepted' as const)
  const n = await at.db
    .selectFrom('guests')
    .select(sql<number>`count(*)::int`.as('n'))
    .executeTakeFirstOrThrow()
  await sql`update guests set email = 'old-' || ${n.n} || email where event_id = ${eventId}`.execute(at.db)
  const { message, guests } = await finishedMessage(at.db, outcomes, { hostId: maren.userId, eventId })
  const reminder = kind === 'reminder' ? { reminderKey: 'one_day' } : {}
  await at.db
    .updateTable('scheduledMessages')
    .set({ kind, ...reminder })
    .where('id', '=', message.id)
    .execute()
  await sql`update message_deliveries set opened_at = now() where message_id = ${message.id} and seq <= ${opened}`.execute(
    at.db,
  )
  await sql`update message_counters set opened = ${opened} where message_id = ${message.id}`.execute(at.db)
  return { message, guests, path: `/events/${eventId}/messages/${message.id}` }
}

test('what a host wrote and what the event reminds of are counted apart', async () => {
  const event = await given.event(at.db, { hostId: maren.userId })
  await sent(event.id, 4, 2, 'broadcast')
  await sent(event.id, 6, 3, 'broadcast')
  await sent(event.id, 4, 4, 'reminder')
  await sent(event.id, 9, 9, 'confirmation')
  await given.message(at.db, event.id)

  const { body } = await maren.get(`/events/${event.id}/metrics`)

  expect(body).toMatchObject({
    broadcasts: { counts: { total: 10, sent: 10, opened: 5 }, rates: { openedOfSent: 50 }, messages: 2 },
    reminders: { counts: { total: 4, sent: 4, opened: 4 }, rates: { openedOfSent: null }, messages: 1 },
    at: expect.stringContaining('Z'),
  })
})

test('a share is told from the fifth mail on', async () => {
  const event = await given.event(at.db, { hostId: maren.userId })
  const rate = async () => (await maren.get(`/events/${event.id}/metrics`)).body.reminders.rates.openedOfSent
  await sent(event.id, 4, 2, 'reminder')
  const ofFour = await rate()
  await sql`update message_counters c set accepted = 5 from scheduled_messages m where m.id = c.message_id and m.event_id = ${event.id}`.execute(
    at.db,
  )

  expect([ofFour, await rate()]).toEqual([null, 40])
})

test('an event of which nothing has gone out has figures of zero', async () => {
  const event = await given.event(at.db, { hostId: maren.userId })

  const { body } = await maren.get(`/events/${event.id}/metrics`)

  expect(body.broadcasts).toMatchObject({ messages: 0, counts: { total: 0, sent: 0 }, rates: { openedOfSent: null } })
  expect(body.reminders).toEqual(body.broadcasts)
})

test('what happened after a message is told step by step, and adds up', async () => {
  const event = await given.event(at.db, { hostId: maren.userId })
  const { message, guests, path } = await sent(event.id, 6, 0, 'broadcast')
  const firedAt = new Date(Date.now() - 30 * minuteMs)
  const minute = (n: number) => new Date(firedAt.getTime() + n * minuteMs + 1000)
  at.setNow(new Date())
  await at.db.updateTable('scheduledMessages').set({ firedAt }).where('id', '=', message.id).execute()
  const rows: [number, Record<string, Date>][] = [
    [1, { acceptedAt: minute(0), deliveredAt: minute(1), openedAt: minute(5), clickedAt: minute(5) }],
    [2, { acceptedAt: minute(0), deliveredAt: minute(1), openedAt: minute(29) }],
    // The clock of whoever reports this is behind.
    [3, { acceptedAt: minute(-2), deliveredAt: minute(-2) }],
    [4, { acceptedAt: minute(2) }],
    [5, { acceptedAt: minute(2) }],
    [6, { acceptedAt: minute(2) }],
  ]
  for (const [seq, facts] of rows) {
    await at.db
      .updateTable('messageDeliveries')
      .set(facts)
      .where('messageId', '=', message.id)
      .where('seq', '=', seq)
      .execute()
  }
  const answer = (guest: number, rsvpStatus: 'attending' | 'declined', respondedAt: Date) =>
    at.db.updateTable('guests').set({ rsvpStatus, respondedAt }).where('id', '=', guests[guest]!.id).execute()
  await answer(0, 'attending', minute(6))
  await answer(1, 'declined', minute(29))
  await answer(2, 'attending', minute(-5))

  const { body } = await maren.get(`${path}/timeline`)

  expect(body).toMatchObject({ from: firedAt.toISOString(), stepMs: minuteMs })
  expect(body.steps).toHaveLength(31)
  const told = (step: number) => Object.fromEntries(Object.entries(body.steps[step]).filter(([, n]) => n !== 0))
  expect(told(0)).toEqual({ at: firedAt.toISOString(), accepted: 3, delivered: 1 })
  expect(told(1)).toMatchObject({ delivered: 2 })
  expect(told(2)).toMatchObject({ accepted: 3 })
  expect(told(5)).toMatchObject({ opened: 1, clicked: 1 })
  expect(told(6)).toMatchObject({ attending: 1 })
  expect(told(29)).toMatchObject({ opened: 1, declined: 1 })
  expect(Object.values(body.later).every((n) => n === 0)).toBe(true)

  at.setNow(new Date(firedAt.getTime() + 30 * 24 * 60 * minuteMs))
  await at.db
    .updateTable('messageDeliveries')
    .set({ openedAt: minute(9 * 24 * 60) })
    .where('seq', '=', 4)
    .where('messageId', '=', message.id)
    .execute()
  const old = (await maren.get(`${path}/timeline`)).body
  const sum = (moment: string) =>
    [...old.steps, old.later].reduce((all: number, step: Record<string, number>) => all + step[moment]!, 0)
  expect(old.steps.length).toBeLessThanOrEqual(60)
  expect(old.later.opened).toBe(1)
  expect(['accepted', 'delivered', 'opened', 'clicked'].map(sum)).toEqual([6, 3, 3, 1])
})

test('before a message goes out there is no time to tell of, and a strange one is not found', async () => {
  const event = await given.event(at.db, { hostId: maren.userId })
  const draft = await given.message(at.db, event.id)
  const other = await given.message(at.db, (await given.event(at.db)).id)
  const path = (id: string, what: string) => `/events/${event.id}/messages/${id}/${what}`

  expect((await maren.get(path(draft.id, 'timeline'))).body).toMatchObject({ from: null, steps: [] })
  for (const what of ['timeline', 'revisions']) expect((await maren.get(path(other.id, what))).status).toBe(404)
})

/** Sends a reminder at once; all of its mails are taken, and so many are opened. */
async function fire(messageId: string, opened: number) {
  await sql`update scheduled_messages set send_at = now() - interval '1 second' where id = ${messageId}`.execute(at.db)
  const firer = { provider: 'smtp', from: { address: 'hello@tidings.test' }, publicUrl: 'https://tidings.test' }
  await fireMessages(at.db, { ...firer, expansion: { unitSize: 500, shard: 1 } }, [messageId])
  await sql`
    with taken as (
      update message_deliveries set state = 'accepted', accepted_at = now(), opened_at = case when seq <= ${opened} then now() end
      where message_id = ${messageId} returning 1
    ), closed as (delete from send_units where message_id = ${messageId})
    update message_counters set queued = 0, accepted = (select count(*) from taken), opened = ${opened} where message_id = ${messageId}`.execute(
    at.db,
  )
  await sql`update scheduled_messages set status = 'sent', finished_at = now() where id = ${messageId}`.execute(at.db)
  await expectSums(at.db, messageId)
}

test('a reminder has figures for each version of its words that went out', async () => {
  const dinner = { name: 'Supper', localStart: '2099-06-10T18:00', timezone: 'Europe/Berlin' }
  const { body: event } = await maren.post('/events', dinner)
  await given.manyGuests(at.db, event.id, 6, () => ({ rsvpStatus: 'attending' }))
  const messages = `/events/${event.id}/messages`
  const reminderNow = async () =>
    (await maren.get(`${messages}?tab=scheduled`)).body.items.find(
      ({ label }: { label: string }) => label === '1-day reminder',
    )
  const first = await reminderNow()
  await maren.patch(`${messages}/${first.id}`, { subject: 'Second words' })
  await maren.patch(`${messages}/${first.id}`, { subject: 'Third words' })
  await fire(first.id, 3)
  await maren.patch(`/events/${event.id}`, { localStart: '2099-07-10T18:00' })
  const second = await reminderNow()
  await maren.patch(`${messages}/${second.id}`, { subject: 'Fourth words' })
  await maren.patch(`/events/${event.id}`, { name: 'Late supper' })
  await fire(second.id, 6)
  await sql`update scheduled_messages set version = version + 1 where id = ${second.id}`.execute(at.db)

  const { items } = (await maren.get(`${messages}/${second.id}/revisions`)).body

  const told = items.map((row: { subject: string; counts: { sent: number; opened: number } | null }) => [
    row.subject,
    row.counts && [row.counts.sent, row.counts.opened],
  ])
  expect(told).toEqual([
    ['Fourth words', [6, 6]],
    ['Third words', null],
    ['Third words', [6, 3]],
    ['Second words', null],
    [first.subject, null],
  ])
  expect(
    items.map(({ generation, version }: { generation: number; version: number }) => [generation, version]),
  ).toEqual([
    [2, 2],
    [2, 1],
    [1, 3],
    [1, 2],
    [1, 1],
  ])
  expect(items[0]).toMatchObject({ messageId: second.id, editedBy: 'maren', rates: { openedOfSent: 100 } })
  expect(items[2]).toMatchObject({ messageId: first.id, firedAt: expect.any(String), rates: { openedOfSent: 50 } })
  expect(items[1]).toMatchObject({ firedAt: null, rates: null })
  const pages = [await page(`${messages}/${first.id}/revisions?limit=2`)]
  while (pages.at(-1)!.nextCursor) {
    pages.push(await page(`${messages}/${first.id}/revisions?limit=2&cursor=${pages.at(-1)!.nextCursor}`))
  }
  expect(pages.flatMap((one) => one.items)).toEqual(items)
})

async function page(path: string) {
  return (await maren.get(path)).body
}

test('the versions of a broadcast are its own', async () => {
  const event = await given.event(at.db, { hostId: maren.userId })
  const messages = `/events/${event.id}/messages`
  const words = { subject: 'One', body: 'Hello', audience: 'everyone', mode: 'draft' }
  const { body: one } = await maren.post(messages, words)
  await maren.post(messages, { ...words, subject: 'Other' })
  await maren.patch(`${messages}/${one.id}`, { subject: 'Two' })

  const { items } = (await maren.get(`${messages}/${one.id}/revisions`)).body

  expect(items).toMatchObject([
    { subject: 'Two', version: 2, counts: null, editedBy: 'maren' },
    { subject: 'One', version: 1, counts: null, editedBy: 'maren' },
  ])
})
