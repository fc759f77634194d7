import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import { audienceOf, countAudience, listAudience } from './audience.ts'
import { fireMessages } from './fire.ts'
import { previewGuest } from './preview-guest.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** A message to guests with these outcomes, and its resend, which is due. */
async function givenResend(outcomes: Parameters<typeof finishedMessage>[1]) {
  const { db } = database
  const { message, guests, eventId } = await finishedMessage(db, outcomes)
  const due = { status: 'scheduled' as const, sendAt: new Date(Date.now() - 1000) }
  const resend = await given.message(db, eventId, { kind: 'resend', resendOf: message.id, ...due })
  const { hostId } = await db.selectFrom('events').select('hostId').where('id', '=', eventId).executeTakeFirstOrThrow()
  return { db, message, guests, resend, audience: audienceOf(resend, hostId) }
}

/** The names of those who get a mail, from the list, the count and the send: one query, and so one answer. */
async function whoGetsIt({ db, audience, resend }: Awaited<ReturnType<typeof givenResend>>) {
  const listed = (await listAudience(db, audience, { limit: 100, offset: 0 })).filter((row) => row.skipReason === null)
  expect((await countAudience(db, audience)).count).toBe(listed.length)
  const firer = { provider: 'smtp', from: { address: 'hello@tidings.test' }, publicUrl: 'https://tidings.test' }
  await fireMessages(db, { ...firer, expansion: { unitSize: 500, shard: 1 } }, [resend.id])
  const { rows } = await sql<{ name: string }>`
    select g.name from message_deliveries d join guests g on g.id = d.guest_id
    where d.message_id = ${resend.id} and d.state = 'queued' order by d.seq`.execute(db)
  expect(rows.map(({ name }) => name).sort()).toEqual(listed.map(({ name }) => name!).sort())
  return rows.map(({ name }) => name)
}

function mark(messageId: string, seq: number, column: string) {
  return sql`update message_deliveries set ${sql.ref(column)} = now() where message_id = ${messageId} and seq = ${seq}`.execute(
    database.db,
  )
}

test('only those who got the mail and have not opened it are in the audience', async () => {
  const made = await givenResend([
    ...(['accepted', 'accepted', 'accepted', 'accepted', 'accepted', 'accepted', 'accepted'] as const),
    ...(['accepted', 'failed', 'skipped', 'unknown', 'cancelled'] as const),
  ])
  const { message, guests, db } = made
  // Guest 1 has it, and guest 2 in their own mailbox; of guest 3 only a machine has looked.
  await mark(message.id, 2, 'delivered_at')
  await mark(message.id, 3, 'opened_machine_at')
  await mark(message.id, 4, 'opened_at')
  await mark(message.id, 5, 'clicked_at')
  await mark(message.id, 6, 'bounced_at')
  await mark(message.id, 7, 'complained_at')
  await db.deleteFrom('guests').where('id', '=', guests[7]!.id).execute()

  expect(await whoGetsIt(made)).toEqual(['Guest 1', 'Guest 2', 'Guest 3'])
})

test('who has unsubscribed since, is suppressed or was invited later gets nothing', async () => {
  const made = await givenResend(['accepted', 'accepted', 'accepted', 'accepted'])
  const { db, message, guests, audience } = made
  await db.updateTable('guests').set({ unsubscribedAt: new Date() }).where('id', '=', guests[0]!.id).execute()
  const suppressed = { address: guests[1]!.email!, hostId: audience.hostId, reason: 'hard_bounce' as const }
  await db.insertInto('suppressions').values(suppressed).execute()
  await mark(message.id, 3, 'unsubscribed_at')
  await given.guests(db, message.eventId, [{ name: 'Late', email: 'late@example.com' }])

  expect(await whoGetsIt(made)).toEqual(['Guest 4'])
})

test('who has answered so that the message no longer concerns them gets nothing', async () => {
  const { db, message, guests, resend, audience } = await givenResend(['accepted', 'accepted'])
  await db.updateTable('guests').set({ rsvpStatus: 'declined' }).where('id', '=', guests[0]!.id).execute()
  const toPending = { ...audience, ...audienceOf({ ...resend, audience: ['pending'] }, audience.hostId) }

  const listed = await listAudience(db, toPending, { limit: 10, offset: 0 })

  expect(listed.map(({ name }) => name)).toEqual(['Guest 2'])
  expect(message.audience).toEqual(['everyone'])
})

async function givenHousehold() {
  const made = await givenResend(['accepted', 'skipped', 'skipped', 'accepted'])
  const { db, message, guests } = made
  const [leo, mia, noa] = guests
  for (const { id } of [leo!, mia!, noa!]) {
    await db.updateTable('guests').set({ email: 'home@example.com', household: 'Falk' }).where('id', '=', id).execute()
  }
  await sql`
    update message_deliveries set address = 'home@example.com',
      reason = case when seq > 1 then 'shared_address' end, carried_by = case when seq > 1 then ${leo!.id}::uuid end
    where message_id = ${message.id} and seq <= 3`.execute(db)
  return made
}

test('the unopened mail of a household is sent again for all of them', async () => {
  const made = await givenHousehold()

  const first = await previewGuest(made.db, made.audience, made.guests[0]!.id)

  expect(first).toMatchObject({
    guestId: made.guests[0]!.id,
    variables: { members: [{ name: 'Guest 2' }, { name: 'Guest 3' }] },
  })
  expect(await whoGetsIt(made)).toEqual(['Guest 4', 'Guest 1'])
})

test('a mail that was opened in a household was opened for all of them', async () => {
  const made = await givenHousehold()
  await mark(made.message.id, 1, 'opened_at')

  expect(await whoGetsIt(made)).toEqual(['Guest 4'])
})

test('when the guest who carried the mail has left, the others of the household still hear', async () => {
  const made = await givenHousehold()
  await made.db.deleteFrom('guests').where('id', '=', made.guests[0]!.id).execute()

  expect(await whoGetsIt(made)).toEqual(['Guest 4', 'Guest 2'])
})

test('a reminder that is sent again knows that it was one, and stops with its event', async () => {
  const { db, message, resend } = await givenResend(['accepted'])
  const startsAt = new Date(Date.now() + 3_600_000)
  await db.updateTable('events').set({ startsAt }).where('id', '=', message.eventId).execute()
  const reminder = { kind: 'reminder' as const, reminderKey: 'one_day' }
  await db.updateTable('scheduledMessages').set(reminder).where('id', '=', message.id).execute()
  const firer = { provider: 'smtp', from: { address: 'hello@tidings.test' }, publicUrl: 'https://tidings.test' }

  await fireMessages(db, { ...firer, expansion: { unitSize: 500, shard: 1 } }, [resend.id])

  const query = db.selectFrom('scheduledMessages').select(['expiresAt', 'firedVersion']).where('id', '=', resend.id)
  expect(await query.executeTakeFirst()).toEqual({ expiresAt: startsAt, firedVersion: 1 })
})
