import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { mailed } from '../../test/mailed.ts'
import { eventually } from '../../test/notifiers.ts'
import { expectSums } from '../../test/sums.ts'
import type { FrequencyCap } from '../domain/frequency-cap.ts'
import { priorityOf, type MessageKind } from '../domain/message.ts'
import { setRate } from './rate-buckets.ts'
import { recordAndMark } from './record-and-mark.ts'
import { markWired, type BatchedRow, type Marking } from './wire.ts'

let db: TestDatabase['db']
let event: Awaited<ReturnType<typeof given.event>>
let guests: Awaited<ReturnType<typeof given.guests>>

const once = { mails: 1, hours: 24 }
const cap: FrequencyCap = { broadcast: once, reminder: { mails: 2, hours: 24 }, resend: null }

beforeEach(async () => {
  db = (await cloneDatabase()).db
  event = await given.event(db)
  guests = await given.manyGuests(db, event.id, 3)
})

/** A message whose mails to all guests are queued in one unit, which is ours. */
async function held(kind: MessageKind = 'broadcast', delivery: object = {}) {
  const first = kind === 'resend' ? await given.message(db, event.id) : undefined
  const message = {
    ...{ kind, status: 'sending' as const, total: guests.length, firedAt: new Date() },
    ...(kind === 'reminder' && { reminderKey: 'day_of' }),
    ...(first && { resendOf: first.id }),
  }
  const waits = { state: 'queued', acceptedAt: null, wiredAt: null, ...delivery } as const
  const messageId = await mailed(db, guests, { message, delivery: waits })
  await db.insertInto('messageCounters').values({ messageId, shard: 1, queued: guests.length }).execute()
  const claim = { epoch: 1, leaseUntil: new Date(Date.now() + 3_600_000), hi: guests.length }
  await given.unit(db, messageId, { ...claim, priority: priorityOf[kind] })
  return messageId
}

const row = (messageId: string, seq: number): BatchedRow => ({ messageId, seq, unitId: 2, epoch: 1 })
const all = (messageId: string) => guests.map((_, index) => row(messageId, index + 1))
const mark = (rows: BatchedRow[], others: Partial<Marking> = {}) =>
  markWired(db, { rows, provider: 'smtp', shard: 1, cap, ...others })
const verdicts = async (rows: BatchedRow[], others?: Partial<Marking>) =>
  (await mark(rows, others)).toSorted((a, b) => a.seq - b.seq).map(({ verdict }) => verdict)
const reasons = async (messageId: string) =>
  (
    await db
      .selectFrom('messageDeliveries')
      .select(['state', 'reason'])
      .where('messageId', '=', messageId)
      .orderBy('seq')
      .execute()
  ).map(({ state, reason }) => (reason ? `${state}: ${reason}` : state))
const inOneCall = (rows: BatchedRow[]) =>
  rows.map((each) => ({ ...each, batch: { lo: 1, generation: 1, digest: Buffer.from('mail') } }))

test('who has been mailed enough since the message was expanded is skipped, and counted as skipped', async () => {
  const messageId = await held()
  await mailed(db, [guests[1]!], { ago: 0 })

  expect(await verdicts(all(messageId))).toEqual(['wired', 'frequency_capped', 'wired'])

  expect(await reasons(messageId)).toEqual(['wired', 'skipped: frequency_capped', 'wired'])
  expect(await expectSums(db, messageId)).toEqual({ queued: 2, skipped: 1 })
})

test.each([
  ['just inside of the window counts', 24 - 5 / 3600, 'frequency_capped'],
  ['just outside of it does not', 24 + 1 / 3600, 'wired'],
])('a mail %s', async (_, ago, verdict) => {
  const messageId = await held()
  await mailed(db, [guests[0]!], { ago })

  expect(await verdicts([row(messageId, 1)])).toEqual([verdict])
})

test.each([
  ['on the wire counts', { state: 'wired', acceptedAt: null }, 'frequency_capped'],
  ['unknown counts', { state: 'unknown', acceptedAt: null }, 'frequency_capped'],
  [
    'tried again because its answer was lost counts',
    { state: 'queued', acceptedAt: null, inDoubtSince: new Date() },
    'frequency_capped',
  ],
  ['still waiting for its own mark does not count', { state: 'queued', acceptedAt: null, wiredAt: null }, 'wired'],
  ['failed does not count', { state: 'failed', acceptedAt: null, reason: 'x' }, 'wired'],
  ['to an address of before does not count', { address: 'old@example.org' }, 'wired'],
] as const)('a mail that is %s', async (_, delivery, verdict) => {
  const messageId = await held()
  await mailed(db, [guests[0]!], { delivery: delivery as object })

  expect(await verdicts([row(messageId, 1)])).toEqual([verdict])
})

test('another host’s mails to the address do not count', async () => {
  const messageId = await held()
  const elsewhere = await given.event(db)
  await mailed(db, await given.guests(db, elsewhere.id, [{ email: guests[0]!.email }]))

  expect(await verdicts([row(messageId, 1)])).toEqual(['wired'])
})

test.each([
  ['broadcast', 'frequency_capped'],
  ['reminder', 'wired'],
  ['resend', 'wired'],
  ['notice', 'wired'],
] as const)('after one mail a %s is %s: each kind has its own limit', async (kind, verdict) => {
  const messageId = await held(kind)
  await mailed(db, [guests[0]!])

  expect(await verdicts([row(messageId, 1)])).toEqual([verdict])
})

test('of two messages on one page the more urgent goes, and the other is skipped when that is known to have gone', async () => {
  const broadcast = await held()
  const reminder = await held('reminder')

  const marks = await mark([...all(broadcast), ...all(reminder)])

  expect(marks.filter(({ verdict }) => verdict === 'wired').map(({ messageId }) => messageId)).toEqual([
    ...[reminder, reminder, reminder],
  ])
  expect(await reasons(broadcast)).toEqual(['queued', 'queued', 'queued'])
  expect(await verdicts(all(broadcast))).toEqual(['frequency_capped', 'frequency_capped', 'frequency_capped'])
})

test('a mail that is itself capped keeps nobody else back', async () => {
  const broadcast = await held()
  const reminder = await held('reminder')
  await mailed(db, [guests[0]!])

  const marks = await mark([row(broadcast, 1), row(reminder, 1)])

  expect(Object.fromEntries(marks.map(({ messageId, verdict }) => [messageId, verdict]))).toEqual({
    [broadcast]: 'frequency_capped',
    [reminder]: 'wired',
  })
})

test.each([
  ['one by one', {}, (rows: BatchedRow[]) => rows],
  ['in calls of many', {}, inOneCall],
  ['within a limit', { account: 'smtp:x' }, (rows: BatchedRow[]) => rows],
] as const)('two notifiers that mark %s at the same moment mail each guest once', async (_, others, shape) => {
  if ('account' in others) await setRate(db, { account: others.account, provider: 'smtp' }, 10_000)
  const [one, other] = [await held(), await held()]

  const marks = (await Promise.all([mark(shape(all(one)), others), mark(shape(all(other)), others)])).flat()

  expect(marks.filter(({ verdict }) => verdict === 'wired')).toHaveLength(3)
  expect(marks.filter(({ verdict }) => verdict === 'frequency_capped')).toHaveLength(3)
})

test('a mark waits for another that is not committed, and then knows of it', async () => {
  const [one, other] = [await held(), await held()]

  const waiting = await db.transaction().execute(async (tx) => {
    await markWired(tx, { rows: all(one), provider: 'smtp', shard: 1, cap })
    const verdictsOfOther = verdicts(all(other))
    await eventually(async () => {
      const { rows } =
        await sql`select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`.execute(
          db,
        )
      return rows.length > 0
    })
    return { verdictsOfOther }
  })

  expect(await waiting.verdictsOfOther).toEqual(['frequency_capped', 'frequency_capped', 'frequency_capped'])
})

test('a page that brings outcomes along looks as closely', async () => {
  const one = await held()
  const other = await held()
  await mark([row(one, 1)])

  const outcome = { state: 'accepted', providerMessageId: 'p' } as const
  const recording = { outcomes: [{ ...row(one, 1), outcome }], closed: [], shard: 1 }
  const { recorded, marks } = await recordAndMark(db, recording, {
    ...{ rows: [row(other, 1), row(other, 2)], provider: 'smtp', shard: 1, cap },
  })

  expect(recorded).toEqual({ moved: 1, surprises: 0 })
  expect(marks.map(({ seq, verdict }) => `${seq} ${verdict}`).toSorted()).toEqual(['1 frequency_capped', '2 wired'])
  expect(await expectSums(db, other)).toEqual({ queued: 2, skipped: 1 })
})

test('a mail whose first answer was lost is unknown and not skipped', async () => {
  const messageId = await held('broadcast', { inDoubtSince: new Date(), attempt: 1, wiredAt: new Date() })
  await mailed(db, [guests[0]!])

  expect(await verdicts([row(messageId, 1)])).toEqual(['frequency_capped'])

  expect((await reasons(messageId))[0]).toMatch(/^unknown: It may have been sent/)
})

test('nobody of a household that shares the address is mailed in the place of its carrier', async () => {
  const messageId = await held()
  const members = JSON.stringify({ members: [{ guestId: guests[1]!.id, linkVersion: 1 }] })
  await db.updateTable('messageDeliveries').set({ variables: members }).where('seq', '=', 1).execute()
  await sql`update message_deliveries set address = ${guests[0]!.email}, state = 'skipped', reason = 'shared_address',
    carried_by = ${guests[0]!.id} where seq = 2`.execute(db)
  await mailed(db, [guests[0]!])

  await mark([row(messageId, 1)])

  expect((await reasons(messageId)).slice(0, 2)).toEqual(['skipped: frequency_capped', 'skipped: shared_address'])
})

test('without a cap nobody is asked', async () => {
  const messageId = await held()
  await mailed(db, guests)

  expect(await verdicts(all(messageId), { cap: undefined })).toEqual(['wired', 'wired', 'wired'])
})
