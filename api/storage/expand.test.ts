import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import * as given from '../../test/given.ts'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import { countAudience } from './audience.ts'
import { expandSlice } from './expand.ts'
import { fireNextDue } from './fire.ts'
import { noticeGrowth } from './growth.ts'
import { loadInFlight } from './in-flight.ts'
import { registerNotifier } from './notifiers.ts'
import { claimUnits } from './claim-units.ts'

let db: TestDatabase['db']
let notifierId: string
const firer = { provider: 'smtp', from: { address: 'hello@tidings.test' }, publicUrl: 'http://localhost:3000' }

beforeEach(async () => {
  ;({ db } = await cloneDatabase())
  const identity = { host: 'here', pid: 1, version: '0', provider: 'smtp', providerAccount: 'a' }
  notifierId = (await registerNotifier(db, identity)).id
})

const claimant = () => ({ notifierId, provider: 'smtp', leaseMs: 20_000 })

async function firedUnit(eventId: string) {
  await given.dueMessage(db, eventId)
  expect((await fireNextDue(db, firer)).kind).toBe('fired')
  const [unit] = await claimUnits(db, claimant(), { units: 1 })
  const message = (await loadInFlight(db, unit!.messageId))!
  return { unit: unit!, expansion: { audience: message.audience, unitSize: 10, shard: 1 } }
}

async function expandAll(limit: number, eventId: string) {
  const { unit, expansion } = await firedUnit(eventId)
  let slices = 0
  for (;;) {
    slices++
    const slice = await expandSlice(db, unit, expansion, limit)
    if (slice.kind !== 'slice') break
  }
  const deliveries = await db.selectFrom('messageDeliveries').selectAll().orderBy('seq').execute()
  const units = await db.selectFrom('sendUnits').selectAll().orderBy('id').execute()
  return { unit, expansion, slices, deliveries, units }
}

test('every guest of the audience gets one row, in slices, whatever their size', async () => {
  const event = await given.event(db)
  await given.manyGuests(db, event.id, 95, (n) => ({
    email: n % 19 === 0 ? null : `guest-${n}@example.com`,
    unsubscribedAt: n % 10 === 0 ? new Date() : null,
  }))

  const { deliveries, units, slices, expansion } = await expandAll(20, event.id)

  expect(slices).toBeGreaterThan(4)
  expect(deliveries.map((row) => row.seq)).toEqual(Array.from({ length: 95 }, (_, n) => n + 1))
  expect(new Set(deliveries.map((row) => row.guestId)).size).toBe(95)
  const queued = deliveries.filter((row) => row.state === 'queued')
  const count = await countAudience(db, expansion.audience)
  expect(queued).toHaveLength(count.count)
  expect(count.skipped).toEqual({ no_address: 5, unsubscribed: 9 })
  for (const row of queued) {
    expect(units.filter((unit) => unit.lo <= row.seq && row.seq <= unit.hi)).toHaveLength(1)
  }
  const counters = await db.selectFrom('messageCounters').select(['queued', 'skipped']).executeTakeFirstOrThrow()
  expect(counters).toEqual({ queued: queued.length, skipped: 95 - queued.length })
  const message = await db.selectFrom('scheduledMessages').select('total').executeTakeFirstOrThrow()
  expect(message.total).toBe(95)
})

test('one mail speaks for a household, and lists its other members', async () => {
  const event = await given.event(db)
  const family = await given.manyGuests(db, event.id, 3, () => ({ email: 'family@example.com', household: 'Brandt' }))
  await given.manyGuests(db, event.id, 25, (n) => ({ email: `z-${n}@example.com` }))

  const { deliveries, units } = await expandAll(2, event.id)

  const rows = deliveries.filter((row) => row.address === 'family@example.com')
  const [carrier, ...others] = rows
  expect(carrier!.state).toBe('queued')
  expect((carrier!.variables as { members: { guestId: string }[] }).members.map((m) => m.guestId)).toEqual(
    family.slice(1).map((guest) => guest.id),
  )
  expect(others.map((row) => [row.state, row.reason, row.carriedBy])).toEqual([
    ['skipped', 'shared_address', carrier!.guestId],
    ['skipped', 'shared_address', carrier!.guestId],
  ])
  const unitOf = (seq: number) => units.find((unit) => unit.lo <= seq && seq <= unit.hi)!.id
  expect(new Set(rows.map((row) => unitOf(row.seq))).size).toBe(1)
})

test('an expansion that somebody else took over writes nothing', async () => {
  const event = await given.event(db)
  await given.manyGuests(db, event.id, 30)
  const { unit, expansion } = await firedUnit(event.id)
  await db
    .updateTable('sendUnits')
    .set({ leaseUntil: new Date(0) })
    .execute()
  const [taken] = await claimUnits(db, claimant(), { units: 1 })

  const late = await expandSlice(db, unit, expansion)
  const own = await expandSlice(db, taken!, expansion)

  expect(late).toEqual({ kind: 'lost' })
  expect(own).toEqual({ kind: 'last', added: 30 })
  expect(taken!.epoch).toBe(unit.epoch + 1)
})

test('an audience of nobody ends with a total of nothing', async () => {
  const event = await given.event(db)

  const { deliveries, units } = await expandAll(10, event.id)

  expect(deliveries).toEqual([])
  expect(units).toEqual([])
})

test('the planner knows of a large message at once, and is left alone for a small one', async () => {
  const event = await given.event(db)
  await given.manyGuests(db, event.id, 500)
  await expandAll(1000, event.id)
  const known = async () => {
    const { rows } = await sql<{ n: number }>`
      select reltuples::float8 as n from pg_class where oid = 'message_deliveries'::regclass`.execute(db)
    return rows[0]!.n
  }

  const before = await known()
  await noticeGrowth(db, 500)
  const after = await known()
  await db.deleteFrom('messageDeliveries').execute()
  await noticeGrowth(db, 10)

  expect([before <= 0, after, await known()]).toEqual([true, 500, 500])
})
