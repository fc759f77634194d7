import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { expectSums } from '../../test/sums.ts'
import { easeCrashed } from './crashed-units.ts'
import { finishMessages } from './finish.ts'
import { repinMessage } from './operator-repin.ts'
import { recordOutcomes } from './record.ts'
import { rescueWired, type Rescue } from './rows.ts'
import { discardQueued } from './stop-messages.ts'
import { settleUnit, type Unit } from './units.ts'
import { markWired } from './wire.ts'

let db: TestDatabase['db']
let unit: Unit
let messageId: string

const blind: Rescue = { policy: 'resend', deduplicates: false, shard: 1 }
const keyed: Rescue = { policy: 'hold', deduplicates: true, shard: 1 }
const waiting: Rescue = { ...blind, evidenceWithinMs: 900_000 }

/** One row in the unit that we hold. */
beforeEach(async () => {
  ;({ db } = await cloneDatabase())
  const event = await given.event(db)
  const { message } = await sendingMessage(db, event.id, 1)
  messageId = message.id
  await sql`update scheduled_messages set expires_at = now() + interval '72 hours'`.execute(db)
  await sql`update send_units set epoch = 1, lease_until = 'infinity'`.execute(db)
  unit = { messageId, id: 2, epoch: 1, kind: 'send', lo: 1, hi: 1, cursor: null, crashes: 0, priority: 2 }
})

const row = () => db.selectFrom('messageDeliveries').selectAll().executeTakeFirstOrThrow()
const wire = () => markWired(db, { rows: [{ messageId, seq: 1, unitId: 2, epoch: 1 }], provider: 'ses', shard: 1 })
const hoursPass = (column: 'wired_at' | 'in_doubt_since' | 'due_at', hours: number) =>
  sql`update message_deliveries set ${sql.ref(column)} = ${sql.ref(column)} - ${hours} * interval '1 hour'`.execute(db)

describe('a mail that was on the wire when its notifier died', () => {
  test.each([
    ['blind', blind, 'queued'],
    ['held', { ...blind, policy: 'hold' as const }, 'unknown'],
    ['keyed', keyed, 'queued'],
    ['waiting', waiting, 'unknown'],
  ])('%s: becomes %s', async (_, rescue, state) => {
    await wire()

    await rescueWired(db, unit, rescue)

    expect(await row()).toMatchObject({ state, inDoubtSince: (await row()).wiredAt })
    await expectSums(db, messageId)
  })

  test('is not sent again under a key that the provider has forgotten', async () => {
    await wire()
    await hoursPass('wired_at', 23.1)

    expect(await rescueWired(db, unit, keyed)).toBe(1)

    expect(await expectSums(db, messageId)).toEqual({ unknown: 1 })
  })
})

describe('a mail whose provider tells what it has taken', () => {
  test('waits a quarter of an hour with its unit, and is then sent again', async () => {
    await wire()
    await rescueWired(db, unit, waiting)
    const { dueAt, wiredAt } = await row()
    expect(dueAt!.getTime() - wiredAt!.getTime()).toBe(900_000)

    expect(await settleUnit(db, unit)).toBe(false)
    expect(await finishMessages(db)).toEqual([])
    await sql`update send_units set epoch = 1, lease_until = 'infinity'`.execute(db)
    await rescueWired(db, unit, waiting)
    expect((await row()).state).toBe('unknown')
    await hoursPass('due_at', 1)
    await rescueWired(db, unit, waiting)

    expect(await row()).toMatchObject({ state: 'queued', unknownAt: null })
    expect(await expectSums(db, messageId)).toEqual({ queued: 1 })
  })

  test('is held after three tries, or when it is too late, and its unit ends', async () => {
    await wire()
    await db.updateTable('messageDeliveries').set({ attempt: 4 }).execute()

    expect(await rescueWired(db, unit, waiting)).toBe(1)

    expect(await row()).toMatchObject({ state: 'unknown', dueAt: null })
    expect(await settleUnit(db, unit)).toBe(true)
    expect(await finishMessages(db)).toEqual([{ messageId, status: 'sent' }])
  })

  test('a lost answer waits in the same way', async () => {
    await wire()
    const outcome = { state: 'unknown', reason: 'No answer.', dueInMs: 900_000 } as const
    const outcomes = [{ messageId, seq: 1, unitId: 2, epoch: 1, outcome }]
    await recordOutcomes(db, { outcomes, closed: [], shard: 1 })
    expect(await settleUnit(db, unit)).toBe(false)
    await sql`update send_units set epoch = 1, lease_until = 'infinity'`.execute(db)

    await sql`update message_deliveries set due_at = now()`.execute(db)
    await rescueWired(db, unit, waiting)

    expect(await row()).toMatchObject({ state: 'queued', inDoubtSince: expect.any(Date) })
    await expectSums(db, messageId)
  })
})

describe('a mail that waits for another try after its answer was lost', () => {
  beforeEach(async () => {
    await wire()
    const outcome = { state: 'queued', reason: 'No answer.', dueInMs: 0, attemptBurnt: true, inDoubt: true } as const
    await recordOutcomes(db, { outcomes: [{ messageId, seq: 1, unitId: 2, epoch: 1, outcome }], closed: [], shard: 1 })
  })

  test('is unknown once its key is forgotten: a notifier that was away for a day sends nothing twice', async () => {
    await hoursPass('in_doubt_since', 23.1)

    expect(await rescueWired(db, unit, keyed)).toBe(1)
    expect(await expectSums(db, messageId)).toEqual({ unknown: 1 })
  })

  test('is unknown, not stopped, when the host stops the message', async () => {
    expect(await discardQueued(db, [messageId], 'host')).toBe(0)

    expect(await row()).toMatchObject({ state: 'unknown', reason: expect.stringContaining('may have been sent') })
    expect(await expectSums(db, messageId)).toEqual({ unknown: 1 })
  })

  test('is unknown, not skipped, when the guest has unsubscribed meanwhile', async () => {
    await sql`update guests set unsubscribed_at = now()`.execute(db)

    await wire()

    expect(await row()).toMatchObject({ state: 'unknown', unknownAt: expect.any(Date) })
    expect(await expectSums(db, messageId)).toEqual({ unknown: 1 })
  })

  test('is unknown, not failed, when it is set aside because its unit crashes again and again', async () => {
    await sql`update send_units set crashes = 6, waiting = 1`.execute(db)

    expect(await easeCrashed(db, unit, 1)).toEqual({ kind: 'parked' })

    expect(await expectSums(db, messageId)).toEqual({ unknown: 1 })
  })

  test('is not moved to another provider, which would not know it', async () => {
    await sql`update scheduled_messages set provider = 'resend'`.execute(db)
    await sql`update send_units set lease_until = '-infinity'`.execute(db)

    expect(await repinMessage(db, { messageId, to: 'smtp' })).toMatchObject({ kind: 'inDoubt', unknown: 1 })
  })

  test('is unknown, not failed, when it is too late', async () => {
    await sql`update scheduled_messages set expires_at = now()`.execute(db)

    await wire()

    expect(await expectSums(db, messageId)).toEqual({ unknown: 1 })
  })
})
