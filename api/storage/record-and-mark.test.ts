import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { expectSums } from '../../test/sums.ts'
import { recordAndMark } from './record-and-mark.ts'
import { recordOutcomes } from './record.ts'
import { markWired } from './wire.ts'

let db: TestDatabase['db']
let messageId: string

beforeEach(async () => {
  db = (await cloneDatabase()).db
  const event = await given.event(db)
  messageId = (await sendingMessage(db, event.id, 6)).message.id
  await sql`update send_units set epoch = 1, lease_until = now() + interval '1 hour'`.execute(db)
  await markWired(db, marking(1, 2, 3))
})

const row = (seq: number) => ({ messageId, seq, unitId: 2, epoch: 1 })
const marking = (...seqs: number[]) => ({ rows: seqs.map(row), provider: 'smtp', shard: 1 })
const accepted = (seq: number, name = `p-${seq}`) => ({
  ...row(seq),
  outcome: { state: 'accepted', providerMessageId: name } as const,
})
const recording = (...outcomes: ReturnType<typeof accepted>[]) => ({ outcomes, closed: [], shard: 1 })
const states = async () => {
  const rows = await db.selectFrom('messageDeliveries').select('state').orderBy('seq').execute()
  return rows.map(({ state }) => state).join(' ')
}

test('some mails get their outcome while others are marked, and the counters agree', async () => {
  const { recorded, marks } = await recordAndMark(db, recording(accepted(1), accepted(2)), marking(4, 5))

  expect(recorded).toEqual({ moved: 2, surprises: 0 })
  expect(marks.map(({ seq, verdict }) => [seq, verdict])).toEqual([
    [4, 'wired'],
    [5, 'wired'],
  ])
  expect(await states()).toBe('accepted accepted wired wired wired queued')
  const counters = await db.selectFrom('messageCounters').select(['queued', 'accepted']).executeTakeFirstOrThrow()
  expect(counters).toEqual({ queued: 4, accepted: 2 })
})

test('who must not be mailed any more is settled, and a mail that went twice is told', async () => {
  await recordAndMark(db, recording(accepted(1)), marking())
  await db
    .updateTable('guests')
    .set({ unsubscribedAt: new Date() })
    .where('email', '=', 'guest-4@example.com')
    .execute()

  const { recorded, marks } = await recordAndMark(db, recording(accepted(1, 'other'), accepted(2)), marking(4, 5))

  expect(recorded).toEqual({ moved: 1, surprises: 1 })
  expect(new Map(marks.map(({ seq, verdict }) => [seq, verdict]))).toEqual(
    new Map([
      [4, 'unsubscribed'],
      [5, 'wired'],
    ]),
  )
  expect(await states()).toBe('accepted accepted wired skipped wired queued')
})

test('a row that cannot be settled waits; what was recorded and marked beside it is told all the same', async () => {
  await db
    .updateTable('guests')
    .set({ unsubscribedAt: new Date() })
    .where('email', '=', 'guest-4@example.com')
    .execute()
  await sql`alter table message_deliveries add check (seq <> 4 or state <> 'skipped')`.execute(db)
  const told: unknown[] = []
  const telling = { ...marking(4, 5), notSettled: (error: unknown) => told.push(error) }

  const { recorded, marks } = await recordAndMark(db, recording(accepted(1)), telling)

  expect(recorded).toEqual({ moved: 1, surprises: 0 })
  expect(new Map(marks.map(({ seq, verdict }) => [seq, verdict]))).toEqual(
    new Map([
      [4, 'unsettled'],
      [5, 'wired'],
    ]),
  )
  expect(told).toEqual([expect.objectContaining({ message: expect.stringContaining('check constraint') })])
  expect(await states()).toBe('accepted wired wired queued wired queued')
  expect(await expectSums(db, messageId)).toEqual({ accepted: 1, queued: 5 })
})

test('who lost the claim records acceptances and marks nothing', async () => {
  await sql`update send_units set epoch = 2`.execute(db)

  const { recorded, marks } = await recordAndMark(db, recording(accepted(1)), marking(4))

  expect(recorded.moved).toBe(1)
  expect(marks).toMatchObject([{ seq: 4, verdict: 'held' }])
  expect(await states()).toBe('accepted wired wired queued queued queued')
})

test('the old answer of a row that was claimed and asked for again is kept, and the row does not go twice', async () => {
  await sql`update message_deliveries set state = 'queued' where seq = 3`.execute(db)

  const { recorded, marks } = await recordAndMark(db, recording(accepted(3)), marking(3, 4))

  expect(recorded).toEqual({ moved: 1, surprises: 0 })
  expect(new Map(marks.map(({ seq, verdict }) => [seq, verdict]))).toEqual(
    new Map([
      [3, 'held'],
      [4, 'wired'],
    ]),
  )
  expect(await states()).toBe('wired wired accepted wired queued queued')
})

test('an acceptance ends the same whether it is written beside marks or alone', async () => {
  await sql`update message_deliveries set state = 'queued', reason = 'later', attempt = 1, due_at = now() where seq in (1, 4)`.execute(
    db,
  )
  await sql`update message_deliveries set state = 'unknown', reason = 'lost', unknown_at = now(), in_doubt_since = wired_at where seq in (2, 5)`.execute(
    db,
  )
  await markWired(db, marking(6))

  await recordAndMark(db, recording(accepted(1, 'p'), accepted(2, 'p'), accepted(3, 'p')), marking(4))
  await sql`update message_deliveries set state = 'queued', reason = 'later', attempt = 1, due_at = now() where seq = 4`.execute(
    db,
  )
  await recordOutcomes(db, recording(accepted(4, 'p'), accepted(5, 'p'), accepted(6, 'p')))

  const rows = await db.selectFrom('messageDeliveries').selectAll().orderBy('seq').execute()
  const told = rows.map(({ state, reason, reply, providerMessageId, dueAt, failedAt, unknownAt, acceptedAt }) => {
    return { state, reason, reply, providerMessageId, dueAt, failedAt, unknownAt, isDated: acceptedAt !== null }
  })
  expect(told.slice(0, 3)).toEqual(told.slice(3))
})
