import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { recordOutcomes } from './record.ts'
import { discardQueued } from './stop-messages.ts'
import { settleUnit } from './units.ts'
import { markWired } from './wire.ts'

// What a notifier may still do that was frozen, cut off or simply late, and what the others can rely on meanwhile.

let db: TestDatabase['db']
let messageId: string

/** Three guests whose mails are queued in one unit, which is claimed for an hour. */
beforeEach(async () => {
  db = (await cloneDatabase()).db
  const event = await given.event(db)
  messageId = (await sendingMessage(db, event.id, 3)).message.id
  await sql`update send_units set epoch = 1, lease_until = now() + interval '1 hour'`.execute(db)
})

const claimRunsOut = () => sql`update send_units set lease_until = now() - interval '1 s'`.execute(db)
const states = async () =>
  (await db.selectFrom('messageDeliveries').select('state').orderBy('seq').execute()).map(({ state }) => state)
const row = (seq: number) => ({ messageId, seq, unitId: 2, epoch: 1 })
const batch = { lo: 1, generation: 1, digest: Buffer.from('digest') }
const refused = { state: 'queued', reason: 'Slower.', dueInMs: 0, attemptBurnt: false } as const
const isOpen = async () => (await db.selectFrom('sendBatches').selectAll().executeTakeFirstOrThrow()).closedAt === null

const markBatch = () =>
  markWired(db, { rows: [1, 2, 3].map((seq) => Object.assign(row(seq), { batch })), provider: 'resend', shard: 1 })
const recordRefusal = () =>
  recordOutcomes(db, {
    outcomes: [1, 2, 3].map((seq) => Object.assign(row(seq), { outcome: refused })),
    closed: [{ messageId, lo: 1, generation: 1 }],
    shard: 1,
  })

test('a claim that has run out settles nothing: its unit is for the next owner to end', async () => {
  await claimRunsOut()
  await db.updateTable('messageDeliveries').set({ state: 'cancelled' }).execute()

  expect(await settleUnit(db, { ...row(1), id: 2, lo: 1, hi: 3 })).toBe(false)

  expect(await db.selectFrom('sendUnits').select('id').execute()).toEqual([{ id: 2 }])
})

test('a batch is over when none of its mails is on the wire any more', async () => {
  await markBatch()

  await recordRefusal()

  expect(await states()).toEqual(['queued', 'queued', 'queued'])
  expect(await isOpen()).toBe(false)
})

test('whoever lost the claim cannot say that a batch is over: somebody else repeats it', async () => {
  await markBatch()
  await claimRunsOut()

  await recordRefusal()

  expect(await states()).toEqual(['wired', 'wired', 'wired'])
  expect(await isOpen()).toBe(true)
})

test('a mail that comes back from the wire after its message was given up does not go again', async () => {
  const marking = (seq: number) => ({ rows: [row(seq)], provider: 'smtp', shard: 1 })
  await markWired(db, marking(1))
  await discardQueued(db, [messageId], 'host')
  await recordOutcomes(db, { outcomes: [{ ...row(1), outcome: refused }], closed: [], shard: 1 })

  const [mark] = await markWired(db, marking(1))

  expect(mark?.verdict).toBe('given_up')
  expect(await states()).toEqual(['cancelled', 'cancelled', 'cancelled'])
  const sums =
    await sql`select sum(queued)::int as queued, sum(cancelled)::int as cancelled from message_counters`.execute(db)
  expect(sums.rows).toEqual([{ queued: 0, cancelled: 3 }])
})
