import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import type { Db } from './database.ts'
import { fireNextDue } from './fire.ts'
import { countOnTheWire, findHold, holdSending, releaseSending, transactionsUnderWay } from './hold.ts'
import { claimUnits } from './claim-units.ts'

const firer = {
  provider: 'smtp',
  from: { name: 'Tidings', address: 'hello@tidings.test' },
  publicUrl: 'http://localhost',
}
const claimant = { notifierId: '00000000-0000-7000-8000-000000000001', provider: 'smtp', leaseMs: 20_000 }
const byOperator = { reason: 'a restored backup', heldBy: 'root@server' }

async function claimableMessage(db: Db, eventId: string) {
  const { message } = await sendingMessage(db, eventId, 3)
  await db.updateTable('scheduledMessages').set({ provider: 'smtp' }).where('id', '=', message.id).execute()
  return message
}

test('while sending is held nothing fires and nothing is claimed; after the release both go on', async () => {
  const { db } = await cloneDatabase()
  const event = await given.event(db)
  await given.dueMessage(db, event.id)
  await claimableMessage(db, event.id)
  await holdSending(db, byOperator)

  const fired = await fireNextDue(db, firer)
  const claimed = await claimUnits(db, claimant, { units: 10 })
  const ended = await releaseSending(db)

  expect(fired).toEqual({ kind: 'nothingDue' })
  expect(claimed).toEqual([])
  expect(ended).toMatchObject(byOperator)
  expect(await claimUnits(db, claimant, { units: 10 })).toHaveLength(1)
  expect(await fireNextDue(db, firer)).toMatchObject({ kind: 'fired' })
})

test('a second hold changes at most the reason of the first, and a second release has nothing to end', async () => {
  const { db } = await cloneDatabase()

  const first = await holdSending(db, byOperator)
  const second = await holdSending(db, { reason: 'another', heldBy: 'someone@else' })
  const third = await holdSending(db, { reason: null, heldBy: 'someone@else' })
  await releaseSending(db)

  expect(second).toEqual({ ...first, reason: 'another' })
  expect(third).toEqual(second)
  expect(await findHold(db)).toBeUndefined()
  expect(await releaseSending(db)).toBeUndefined()
})

test('a statement that began before the hold is known until it ends, and a later one is not confused with it', async () => {
  const { db } = await cloneDatabase()
  let letGo = () => {}
  const until = new Promise<void>((resolve) => (letGo = resolve))
  const looked = Promise.withResolvers<void>()
  const before = db.transaction().execute(async (tx) => {
    await findHold(tx)
    looked.resolve()
    await until
  })
  await looked.promise
  await holdSending(db, byOperator)

  const old = await transactionsUnderWay(db)
  letGo()
  await before

  expect(old).toHaveLength(1)
  expect(await transactionsUnderWay(db)).toEqual([])
})

test('only what a live notifier has marked counts as being on the wire', async () => {
  const { db } = await cloneDatabase()
  const message = await claimableMessage(db, (await given.event(db)).id)
  await claimUnits(db, claimant, { units: 1 })
  await db.updateTable('messageDeliveries').set({ state: 'wired' }).where('seq', '<', 3).execute()

  const alive = await countOnTheWire(db)
  await db.updateTable('sendUnits').set({ leaseUntil: '2020-01-01' }).where('messageId', '=', message.id).execute()

  expect(alive).toBe(2)
  expect(await countOnTheWire(db)).toBe(0)
})
