import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import { expectSums } from '../../test/sums.ts'
import { removeGuest } from './guest-removal.ts'
import { recordOutcomes } from './record.ts'
import { rescueWired } from './rows.ts'
import { resendUnknown } from './second-tries.ts'
import { discardQueued } from './stop-messages.ts'
import { markWired } from './wire.ts'

let db: TestDatabase['db']
let messageId: string
let key: { eventId: string; guestId: string }

/** Nobody knows whether guest 1 got the mail, and the host has it sent again. */
beforeEach(async () => {
  ;({ db } = await cloneDatabase())
  const { message, eventId, guests } = await finishedMessage(db, ['unknown', 'accepted'])
  messageId = message.id
  key = { eventId, guestId: guests[0]!.id }
  await resendUnknown(db, { message, guests: 'all', expiresAt: new Date('2099-06-01') })
  await sql`update send_units set epoch = 1, lease_until = now() + interval '1 hour'`.execute(db)
})

const row = () => db.selectFrom('messageDeliveries').selectAll().where('seq', '=', 1).executeTakeFirstOrThrow()
const mark = () => markWired(db, { rows: [{ messageId, seq: 1, unitId: 2, epoch: 1 }], provider: 'smtp', shard: 1 })
const unknown = {
  ...{ state: 'unknown', unknownAt: expect.any(Date), dueAt: null },
  reason: expect.stringContaining('may have been sent'),
}
const sums = { unknown: 1, accepted: 1 }

test('it waits for its try like any other, without a doubt that a provider’s key could end', async () => {
  expect(await row()).toMatchObject({ state: 'queued', inDoubtSince: null, doubtedAt: expect.any(Date) })
  const unit = {
    messageId,
    id: 2,
    epoch: 1,
    kind: 'send' as const,
    lo: 1,
    hi: 1,
    cursor: null,
    crashes: 0,
    priority: 2,
  }
  await sql`update message_deliveries set doubted_at = now() - interval '2 days' where seq = 1`.execute(db)

  expect(await rescueWired(db, unit, { policy: 'hold', deduplicates: true, shard: 1 })).toBe(0)

  expect(await mark()).toMatchObject([{ verdict: 'wired' }])
})

test('stopped before it leaves, it is unknown and not cancelled', async () => {
  expect(await discardQueued(db, [messageId], 'host')).toBe(0)

  expect(await row()).toMatchObject(unknown)
  expect(await expectSums(db, messageId)).toEqual(sums)
})

test('when its guest is removed, it is unknown and not skipped', async () => {
  await removeGuest(db, key)

  expect(await row()).toMatchObject(unknown)
  expect(await expectSums(db, messageId)).toEqual(sums)
})

test('when its guest has unsubscribed, it is unknown and not skipped', async () => {
  await db.updateTable('guests').set({ unsubscribedAt: new Date() }).where('id', '=', key.guestId).execute()

  expect(await mark()).toMatchObject([{ verdict: 'unsubscribed' }])

  expect(await row()).toMatchObject(unknown)
  expect(await expectSums(db, messageId)).toEqual(sums)
})

test('when its mail cannot be written again, it is unknown and not failed', async () => {
  const outcome = {
    state: 'unknown',
    reason: 'An earlier try may have been sent. This mail could not be written again.',
  } as const
  await recordOutcomes(db, { outcomes: [{ messageId, seq: 1, unitId: 2, epoch: 1, outcome }], closed: [], shard: 1 })

  expect(await row()).toMatchObject(unknown)
  expect(await expectSums(db, messageId)).toEqual(sums)
})
