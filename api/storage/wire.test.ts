import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually } from '../../test/notifiers.ts'
import { sendingMessage } from '../../test/sending.ts'
import { audienceRecheckAfterMs } from './judged-and-wired.ts'
import { markWired } from './wire.ts'

let db: TestDatabase['db']
let messageId: string

/** Ten guests whose mails are queued in one unit, which is claimed for an hour. */
beforeEach(async () => {
  db = (await cloneDatabase()).db
  const event = await given.event(db)
  messageId = (await sendingMessage(db, event.id, 10)).message.id
  await sql`update send_units set epoch = 1, lease_until = now() + interval '1 hour'`.execute(db)
})

const mark = (...seqs: number[]) =>
  markWired(db, { rows: seqs.map((seq) => ({ messageId, seq, unitId: 2, epoch: 1 })), provider: 'smtp', shard: 1 })
const verdicts = async (...seqs: number[]) => (await mark(...seqs)).map(({ seq, verdict }) => [seq, verdict])
const row = (seq: number) =>
  db.selectFrom('messageDeliveries').selectAll().where('seq', '=', seq).executeTakeFirstOrThrow()
const queued = async () => {
  const { queue, skip } = await db
    .selectFrom('messageCounters')
    .select((c) => [c.fn.sum<number>('queued').as('queue'), c.fn.sum<number>('skipped').as('skip')])
    .executeTakeFirstOrThrow()
  return [Number(queue), Number(skip)]
}

/** Somebody of this database stands before a row that is locked. */
const untilSomebodyWaits = () =>
  eventually(async () => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      db,
    )
    return rows[0]!.n > 0
  })

test('a mail that is stopped while its mark waits does not leave', async () => {
  const marking = await db.transaction().execute(async (tx) => {
    await tx.updateTable('messageDeliveries').set({ state: 'cancelled' }).where('seq', '=', 3).execute()
    const waiting = verdicts(2, 3)
    await untilSomebodyWaits()
    return { waiting }
  })

  expect(await marking.waiting).toEqual([[2, 'wired']])
  expect((await row(3)).state).toBe('cancelled')
})

test('a mail whose row is changed while its mark waits is not marked as it was before', async () => {
  const marking = await db.transaction().execute(async (tx) => {
    const variables = JSON.stringify({ name: 'Noor', linkVersion: 2 })
    await tx.updateTable('messageDeliveries').set({ variables }).where('seq', '=', 3).execute()
    const waiting = verdicts(2, 3)
    await untilSomebodyWaits()
    return { waiting }
  })

  expect(await marking.waiting).toEqual([[2, 'wired']])
  expect((await row(3)).state).toBe('queued')
})

test('the last look settles those who must not be mailed any more, and marks the others', async () => {
  await db.deleteFrom('guests').where('email', '=', 'guest-1@example.com').execute()
  await db
    .updateTable('guests')
    .set({ unsubscribedAt: new Date() })
    .where('email', '=', 'guest-2@example.com')
    .execute()

  expect((await verdicts(1, 2, 3)).toSorted()).toEqual([
    [1, 'guest_removed'],
    [2, 'unsubscribed'],
    [3, 'wired'],
  ])

  expect([(await row(1)).state, (await row(2)).reason, (await row(3)).state]).toEqual([
    'skipped',
    'unsubscribed',
    'wired',
  ])
  expect(await queued()).toEqual([8, 2])
})

test.each([
  ['everyone', 'declined', 'wired'],
  ['pending', 'declined', 'left_audience'],
  ['attending', 'attending', 'wired'],
  ['attending', 'maybe', 'left_audience'],
] as const)(
  'ten minutes after a message to %s fired, a guest who is %s is %s',
  async (audience, rsvpStatus, verdict) => {
    const firedAt = new Date(Date.now() - audienceRecheckAfterMs - 1000)
    await db
      .updateTable('scheduledMessages')
      .set({ firedAt, audience: [audience] })
      .execute()
    await db.updateTable('guests').set({ rsvpStatus }).execute()

    expect(await verdicts(1)).toEqual([[1, verdict]])
  },
)

test('a suppression by another host holds nobody back', async () => {
  const other = await given.host(db)
  const suppressed = { address: 'guest-1@example.com', reason: 'complaint' } as const
  await db
    .insertInto('suppressions')
    .values({ ...suppressed, hostId: other.id })
    .execute()

  expect(await verdicts(1)).toEqual([[1, 'wired']])
})

test('whoever lost the claim in the meantime settles nobody', async () => {
  await db.updateTable('guests').set({ unsubscribedAt: new Date() }).execute()
  await sql`update send_units set epoch = 2`.execute(db)

  expect(await verdicts(1)).toEqual([[1, 'held']])

  expect((await row(1)).state).toBe('queued')
})
