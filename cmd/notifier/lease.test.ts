import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { claimUnits } from '../../api/storage/claim-units.ts'
import type { UnitKey } from '../../api/storage/units.ts'
import { registerNotifier } from '../../api/storage/notifiers.ts'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { systemClock } from './clock.ts'
import { keepLease } from './lease.ts'
import { defaultSettings, type Notifier } from './notifier.ts'

/** A notifier that has claimed one unit, knows of what `known` says, and beats when it is told to. */
async function givenClaim() {
  const { db } = await cloneDatabase()
  const event = await given.event(db)
  await sendingMessage(db, event.id, 3)
  await db.updateTable('scheduledMessages').set({ provider: 'smtp' }).execute()
  const identity = { host: 'test', pid: 1, version: 'test', provider: 'smtp', providerAccount: 'smtp:test' }
  const { id, shard } = await registerNotifier(db, identity)
  const claimed = await claimUnits(db, { notifierId: id, provider: 'smtp', leaseMs: 5000 }, { rows: 100, units: 1 })

  const known: UnitKey[] = []
  const lost: UnitKey[] = []
  const log = pino({ level: 'silent' })
  const notifier = {
    id,
    shard,
    db,
    log,
    transport: { provider: 'smtp' },
    settings: defaultSettings,
    clock: systemClock,
  }
  const claims = { held: () => [...known], lose: (units: readonly UnitKey[]) => void lost.push(...units) }
  const lease = keepLease(notifier as unknown as Notifier, claims)
  onTestFinished(lease.stop)
  const leaseUntil = async () =>
    (await db.selectFrom('sendUnits').select('leaseUntil').executeTakeFirstOrThrow()).leaseUntil
  return { unit: claimed[0]!, lease, known, lost, leaseUntil }
}

test('a heartbeat keeps the claims that the process knows of', async () => {
  const { unit, lease, known, lost, leaseUntil } = await givenClaim()
  known.push(unit)
  const before = await leaseUntil()

  await lease.beat()

  expect((await leaseUntil())! > before!).toBe(true)
  expect(lost).toEqual([])
})

test('a claim whose answer never arrived is not kept for ever: it runs out, and somebody takes it up', async () => {
  const { lease, leaseUntil } = await givenClaim()
  const before = await leaseUntil()

  await lease.beat()

  expect(await leaseUntil()).toEqual(before)
})

test('what is claimed while a heartbeat travels is not lost by its answer', async () => {
  const { unit, lease, known, lost } = await givenClaim()

  const beating = lease.beat()
  known.push(unit)
  await beating

  expect(lost).toEqual([])
})

test('a claim that somebody else has by now is lost', async () => {
  const { unit, lease, known, lost } = await givenClaim()
  const old = { ...unit, epoch: unit.epoch - 1 }
  known.push(old)

  await lease.beat()

  expect(lost).toEqual([old])
})
