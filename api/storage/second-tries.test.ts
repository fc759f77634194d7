import { beforeEach, describe, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import { expectSums } from '../../test/sums.ts'
import type { MessageKind } from '../domain/message.ts'
import type { Outcome } from '../domain/retry.ts'
import { finishMessages } from './finish.ts'
import { registerNotifier } from './notifiers.ts'
import { recordOutcomes } from './record.ts'
import { loadQueuedRows } from './rows.ts'
import { retryFailed } from './second-tries.ts'
import { discardQueued } from './stop-messages.ts'
import { claimUnits } from './claim-units.ts'
import { settleUnit, type Unit } from './units.ts'
import { markWired } from './wire.ts'

let db: TestDatabase['db']
let notifierId: string
const expiresAt = new Date('2099-06-01')

beforeEach(async () => {
  ;({ db } = await cloneDatabase())
  const identity = { host: 'here', pid: 1, version: '0', provider: 'smtp', providerAccount: 'a' }
  notifierId = (await registerNotifier(db, identity)).id
})

const claim = () => claimUnits(db, { notifierId, provider: 'smtp', leaseMs: 20_000 }, { units: 10 })
const tries = (message: { id: string; kind: MessageKind }) => ({ message, guests: 'all' as const, expiresAt })
const messageOf = (id: string) =>
  db.selectFrom('scheduledMessages').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const rowsOf = (id: string) =>
  db.selectFrom('messageDeliveries').selectAll().where('messageId', '=', id).orderBy('seq').execute()
const statesOf = async (id: string) => (await rowsOf(id)).map(({ state }) => state)

/** What a notifier does with a unit: marks and records every row that waits, and ends the unit. */
async function sendUnit(unit: Unit, state: 'accepted' | 'failed' = 'accepted') {
  const queued = await loadQueuedRows(db, unit)
  const rowOf = (seq: number) => ({ messageId: unit.messageId, seq, unitId: unit.id, epoch: unit.epoch })
  const rows = queued.map(({ seq }) => rowOf(seq))
  const marks = await markWired(db, { rows, provider: 'smtp', shard: 1 })
  const outcome =
    state === 'accepted'
      ? ({ state, providerMessageId: 'again' } as const)
      : ({ state, reason: 'Still nobody there.' } as const)
  const wired = marks.filter(({ verdict }) => verdict === 'wired')
  const outcomes = wired.map(({ seq }) => Object.assign(rowOf(seq), { outcome }))
  await recordOutcomes(db, { outcomes, closed: [], shard: 1 })
  await settleUnit(db, unit)
}

describe('failed guests are tried again', () => {
  test('only they, as a new generation with a fresh count of attempts', async () => {
    const { message } = await finishedMessage(db, ['accepted', 'failed', 'unknown', 'skipped', 'cancelled', 'failed'])

    expect(await retryFailed(db, tries(message))).toBe(2)

    const rows = await rowsOf(message.id)
    expect(rows.map(({ state }) => state)).toEqual(['accepted', 'queued', 'unknown', 'skipped', 'cancelled', 'queued'])
    expect(rows[1]).toMatchObject({ generation: 2, attempt: 0, reason: null, failedAt: null })
    expect(await messageOf(message.id)).toMatchObject({ status: 'sent', reopened: true, expiresAt })
    await expectSums(db, message.id)
  })

  test('the message keeps its status meanwhile, and closes after the last of them', async () => {
    const { message } = await finishedMessage(db, ['accepted', 'failed'])
    await retryFailed(db, tries(message))
    expect(await finishMessages(db)).toEqual([])

    const [unit] = await claim()
    await sendUnit(unit!)

    expect(await finishMessages(db)).toEqual([{ messageId: message.id, status: 'sent' }])
    expect(await messageOf(message.id)).toMatchObject({ status: 'sent', reopened: false, endReason: null })
    expect(await expectSums(db, message.id)).toEqual({ accepted: 2 })
  })

  test.each([
    ['accepted', 'sent', null],
    ['failed', 'failed', 'all_failed'],
  ] as const)(
    'a message of which all had failed: when one more try is %s, it is %s',
    async (state, status, endReason) => {
      const { message } = await finishedMessage(db, ['failed'])
      await retryFailed(db, tries(message))
      expect(await messageOf(message.id)).toMatchObject({ status: 'failed', reopened: true })

      const [unit] = await claim()
      await sendUnit(unit!, state)
      await finishMessages(db)

      expect(await messageOf(message.id)).toMatchObject({ status, endReason, reopened: false })
      await expectSums(db, message.id)
    },
  )

  test('asking twice queues nobody twice', async () => {
    const { message } = await finishedMessage(db, ['failed', 'failed'])

    const asked = await Promise.all([1, 2].map(() => db.transaction().execute((tx) => retryFailed(tx, tries(message)))))

    expect(asked.toSorted()).toEqual([0, 2])
    expect((await rowsOf(message.id)).map(({ generation }) => generation)).toEqual([2, 2])
    await expectSums(db, message.id)
  })

  test('a suppressed address is looked at again just before the mail leaves', async () => {
    const { message, eventId } = await finishedMessage(db, ['accepted', 'failed', 'failed'])
    const { hostId } = await db
      .selectFrom('events')
      .select('hostId')
      .where('id', '=', eventId)
      .executeTakeFirstOrThrow()
    const suppressed = { address: 'guest-2@example.com', hostId, reason: 'hard_bounce' as const }
    await retryFailed(db, tries(message))
    await db.insertInto('suppressions').values(suppressed).execute()

    const [unit] = await claim()
    await sendUnit(unit!)

    expect(await statesOf(message.id)).toEqual(['accepted', 'skipped', 'accepted'])
    await expectSums(db, message.id)
  })

  test('stopping it gives up those who wait, and leaves the message as it was', async () => {
    const { message } = await finishedMessage(db, ['accepted', 'failed'])
    await retryFailed(db, tries(message))

    expect(await discardQueued(db, [message.id], 'host')).toBe(1)

    expect(await messageOf(message.id)).toMatchObject({ status: 'sent', reopened: false, endReason: null })
    expect(await expectSums(db, message.id)).toEqual({ accepted: 1, cancelled: 1 })
  })
})

describe('units', () => {
  test('many are spread over units that never overlap', async () => {
    const { message } = await finishedMessage(
      db,
      Array.from({ length: 1203 }, (_, n) => (n % 3 === 0 ? 'accepted' : 'failed')),
    )

    await retryFailed(db, tries(message))

    const units = (await claim()).sort((a, b) => a.lo - b.lo)
    expect(units).toHaveLength(2)
    expect(units[0]!.hi).toBeLessThan(units[1]!.lo)
    for (const unit of units) await sendUnit(unit)
    expect(await expectSums(db, message.id)).toEqual({ accepted: 1203 })
  })

  test('a row inside of a unit that is still at work is left to that unit, even while its owner ends it', async () => {
    const { message } = await finishedMessage(db, ['failed', 'failed'])
    await retryFailed(db, tries(message))
    const [busy] = await claim()
    const rowOf = (seq: number) => ({ messageId: message.id, seq, unitId: busy!.id, epoch: busy!.epoch })
    await markWired(db, { rows: [1, 2].map(rowOf), provider: 'smtp', shard: 1 })
    const record = (seq: number, outcome: Outcome) =>
      recordOutcomes(db, { outcomes: [Object.assign(rowOf(seq), { outcome })], closed: [], shard: 1 })
    await record(1, { state: 'failed', reason: 'Still nobody there.' })
    await record(2, { state: 'accepted', providerMessageId: 'p-2' })

    const { ending } = await db.transaction().execute(async (tx) => {
      await retryFailed(tx, tries(message))
      const settling = settleUnit(db, busy!)
      await new Promise((resolve) => setTimeout(resolve, 200)) // the owner waits at the lock by now
      return { ending: settling }
    })

    expect(await ending).toBe(false)
    const [again, ...more] = await claim()
    expect(more).toEqual([])
    await sendUnit(again!)
    expect(await expectSums(db, message.id)).toEqual({ accepted: 2 })
    expect(await db.selectFrom('sendUnits').selectAll().execute()).toEqual([])
  })
})

test('what is on the wire of a second try when its host gives it up does not begin anew', async () => {
  const { message } = await finishedMessage(db, ['accepted', 'failed'])
  await retryFailed(db, tries(message))
  const [unit] = await claim()
  const row = { messageId: message.id, seq: 2, unitId: unit!.id, epoch: unit!.epoch }
  await markWired(db, { rows: [row], provider: 'smtp', shard: 1 })

  await discardQueued(db, [message.id], 'host')
  const outcome = { state: 'queued', reason: 'Slow down.', dueInMs: 0, attemptBurnt: false } as const
  await recordOutcomes(db, { outcomes: [{ ...row, outcome }], closed: [], shard: 1 })
  const marks = await markWired(db, { rows: [row], provider: 'smtp', shard: 1 })
  await settleUnit(db, unit!)
  await finishMessages(db)

  expect(marks).toMatchObject([{ seq: 2, verdict: 'given_up' }])
  expect(await statesOf(message.id)).toEqual(['accepted', 'cancelled'])
  expect(await messageOf(message.id)).toMatchObject({ status: 'sent', reopened: false, endReason: null })
  await expectSums(db, message.id)
})
