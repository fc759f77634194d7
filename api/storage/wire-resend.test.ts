import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import { expectSums } from '../../test/sums.ts'
import { claimUnits } from './claim-units.ts'
import { fireMessages } from './fire.ts'
import { audienceRecheckAfterMs } from './judged-and-wired.ts'
import { markWired } from './wire.ts'

const notifierId = '0198c5a2-7a10-7cc3-9b1f-0000000000aa'

/** A resend that has fired so long ago, to these guests; `mark` is the wire mark of all its rows. */
async function givenFired(count: number, firedMsAgo: number, isHousehold = false) {
  const { db } = await cloneDatabase()
  const { message, guests, eventId } = await finishedMessage(
    db,
    Array.from({ length: count }, () => 'accepted' as const),
  )
  if (isHousehold) {
    await db.updateTable('guests').set({ email: 'home@example.com', household: 'Falk' }).execute()
    await sql`
      update message_deliveries set address = 'home@example.com', carried_by = ${guests[0]!.id}::uuid,
        state = 'skipped', reason = 'shared_address' where seq > 1`.execute(db)
  }
  const due = { status: 'scheduled' as const, sendAt: new Date(Date.now() - 1000) }
  const resend = await given.message(db, eventId, { kind: 'resend', resendOf: message.id, ...due })
  const firer = { provider: 'smtp', from: { address: 'hello@tidings.test' }, publicUrl: 'https://tidings.test' }
  await fireMessages(db, { ...firer, expansion: { unitSize: 500, shard: 1 } }, [resend.id])
  await sql`update scheduled_messages set fired_at = fired_at - ${firedMsAgo} * interval '1 ms' where id = ${resend.id}`.execute(
    db,
  )
  const mark = async () => {
    const claimant = { notifierId, provider: 'smtp', leaseMs: 20_000 }
    await sql`update send_units set lease_until = '-infinity'`.execute(db)
    const [unit] = await claimUnits(db, claimant, { units: 1 })
    const rows = await db
      .selectFrom('messageDeliveries')
      .select('seq')
      .where('messageId', '=', resend.id)
      .where('state', '=', 'queued')
      .orderBy('seq')
      .execute()
    const asked = rows.map(({ seq }) => ({ messageId: resend.id, seq, unitId: unit!.id, epoch: unit!.epoch }))
    return (await markWired(db, { rows: asked, provider: 'smtp', shard: 1 })).map(({ verdict }) => verdict)
  }
  return { db, message, resend, mark }
}

const open = (db: Awaited<ReturnType<typeof givenFired>>['db'], messageId: string, seq: number) =>
  sql`update message_deliveries set opened_at = now() where message_id = ${messageId} and seq = ${seq}`.execute(db)

test('a guest who has opened the first mail while the second one waited is skipped', async () => {
  const { db, message, resend, mark } = await givenFired(3, audienceRecheckAfterMs + 1000)
  await open(db, message.id, 2)

  expect((await mark()).sort()).toEqual(['left_audience', 'wired', 'wired'])

  await sql`update message_counters set opened = 1 where message_id = ${message.id}`.execute(db)
  expect(await expectSums(db, resend.id)).toEqual({ queued: 2, skipped: 1 })
  await expectSums(db, message.id)
})

test('within ten minutes nobody is asked again', async () => {
  const { db, message, mark } = await givenFired(2, 0)
  await open(db, message.id, 2)

  expect(await mark()).toEqual(['wired', 'wired'])
})

test('a message that is nobody’s second try asks nothing of the kind', async () => {
  const { db, mark, resend } = await givenFired(2, audienceRecheckAfterMs + 1000)
  await sql`update scheduled_messages set kind = 'broadcast', resend_of = null where id = ${resend.id}`.execute(db)
  await sql`update message_deliveries set opened_at = now() where message_id <> ${resend.id}`.execute(db)

  expect(await mark()).toEqual(['wired', 'wired'])
})

test('a household that has opened the first mail gets no second one, whoever would carry it', async () => {
  const { db, message, resend, mark } = await givenFired(3, audienceRecheckAfterMs + 1000, true)
  await open(db, message.id, 1)

  const marks = [await mark(), await mark(), await mark()]

  expect(marks).toEqual([['left_audience'], ['left_audience'], ['left_audience']])
  expect(await expectSums(db, resend.id)).toEqual({ skipped: 3 })
})
