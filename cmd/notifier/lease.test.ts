import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { claimUnits } from '../../api/storage/claim-units.ts'
import type { UnitKey } from '../../api/storage/units.ts'
import { registerNotifier, stopNotifier } from '../../api/storage/notifiers.ts'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { systemClock } from './clock.ts'
import { keepLease } from './lease.ts'
import { defaultSettings, type Notifier } from './notifier.ts'

/** A notifier that has claimed one unit, knows of what `known` says, and beats when it is told to. */
async function givenClaim(provider = 'smtp') {
  const { db } = await cloneDatabase()
  const event = await given.event(db)
  await sendingMessage(db, event.id, 3)
  await db.updateTable('scheduledMessages').set({ provider: 'smtp' }).execute()
  const identity = { host: 'test', pid: 1, version: 'test', provider, providerAccount: `${provider}:test` }
  const { id, shard } = await registerNotifier(db, identity)
  const claimed = await claimUnits(db, { notifierId: id, provider: 'smtp', leaseMs: 5000 }, { rows: 100, units: 1 })

  let passedMs = 0
  let looks = 0
  const known: UnitKey[] = []
  const lost: UnitKey[] = []
  const log = pino({ level: 'silent' })
  const notifier = {
    id,
    shard,
    db,
    log,
    transport: { provider },
    settings: defaultSettings,
    clock: { ...systemClock, now: () => passedMs },
  }
  const claims = {
    held: () => [...known],
    lose: (units: readonly UnitKey[]) => void lost.push(...units),
    mayClaim: () => void (looks += 1),
  }
  const lease = keepLease(notifier as unknown as Notifier, claims)
  onTestFinished(lease.stop)
  const leaseUntil = async () =>
    (await db.selectFrom('sendUnits').select('leaseUntil').executeTakeFirstOrThrow()).leaseUntil
  const timePasses = (ms: number) => void (passedMs += ms)
  return { db, unit: claimed[0]!, lease, known, lost, leaseUntil, timePasses, looks: () => looks }
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

test('a process that only logs stands by, and looks for work as soon as nobody with a real provider is left', async () => {
  const { db, lease, looks } = await givenClaim('log')
  const real = { host: 'test', pid: 2, version: 'test', provider: 'smtp', providerAccount: 'smtp:test' }
  const { id } = await registerNotifier(db, real)
  await lease.beat()
  expect([lease.isStandby(), looks()]).toEqual([true, 0])

  await stopNotifier(db, id)
  await lease.beat()
  await lease.beat()

  expect([lease.isStandby(), looks()]).toEqual([false, 1])
})

test('a process that was cut off looks for what came due meanwhile with its first heartbeat', async () => {
  const { lease, looks, timePasses } = await givenClaim()
  await lease.beat()
  timePasses(defaultSettings.leaseMs)
  expect([lease.isTrusted(), looks()]).toEqual([false, 0])

  await lease.beat()

  expect([lease.isTrusted(), looks()]).toEqual([true, 1])
})
