import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { claimUnits } from './claim-units.ts'
import { dueMessages } from './due.ts'
import { expandSlice } from './expand.ts'
import { fireMessages } from './fire.ts'
import { loadInFlight } from './in-flight.ts'

const expansion = { unitSize: 100, shard: 1 }
const firer = {
  provider: 'smtp',
  from: { address: 'hello@tidings.test' },
  publicUrl: 'http://localhost:3000',
  expansion,
}

let db: TestDatabase['db']
beforeEach(async () => void ({ db } = await cloneDatabase()))

const minutes = (from: number) => new Date(Date.now() + from * 60_000)
const deliveries = () => db.selectFrom('messageDeliveries').select(['seq', 'address', 'state']).orderBy('seq').execute()

test('a small audience becomes deliveries in the transaction that fires, those without an address too', async () => {
  const event = await given.event(db)
  await given.manyGuests(db, event.id, 30, (n) => (n % 10 === 0 ? { email: null } : {}))
  const { id } = await given.dueMessage(db, event.id)

  const fired = await fireMessages(db, firer, [id])

  expect(fired).toMatchObject([{ kind: 'fired', added: 30, queued: true }])
  const rows = await deliveries()
  expect(rows.map((row) => row.seq)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1))
  expect(rows.slice(27).map((row) => row.state)).toEqual(['skipped', 'skipped', 'skipped'])
  expect(await db.selectFrom('messageDeliveries').select('provider').distinct().execute()).toEqual([
    { provider: 'smtp' },
  ])
  expect(await db.selectFrom('sendUnits').select(['kind', 'lo', 'hi']).execute()).toEqual([
    { kind: 'send', lo: 1, hi: 30 },
  ])
  expect(await db.selectFrom('scheduledMessages').select('total').execute()).toEqual([{ total: 30 }])
})

test('of a large audience the first five hundred can be sent at once, and an expansion goes on behind them', async () => {
  const event = await given.event(db)
  await given.manyGuests(db, event.id, 1230, (n) => (n % 3 === 0 ? { email: null } : {}))
  const { id } = await given.dueMessage(db, event.id)

  await fireMessages(db, firer, [id])
  const atOnce = await deliveries()
  const claimant = { notifierId: event.id, provider: 'smtp', leaseMs: 60_000 }
  const [unit] = await claimUnits(db, claimant, { units: 1 })
  const { audience } = (await loadInFlight(db, id))!
  while ((await expandSlice(db, unit!, { audience, ...expansion }, 200)).kind === 'slice');

  expect(atOnce).toHaveLength(500)
  expect(unit!.kind).toBe('expand')
  const rows = await deliveries()
  expect(rows.map((row) => row.seq)).toEqual(Array.from({ length: 1230 }, (_, n) => n + 1))
  expect(await db.selectFrom('messageDeliveries').select('provider').distinct().execute()).toEqual([
    { provider: 'smtp' },
  ])
  expect(new Set(rows.flatMap((row) => row.address ?? [])).size).toBe(820)
  expect(await db.selectFrom('scheduledMessages').select('total').execute()).toEqual([{ total: 1230 }])
  const units = await db.selectFrom('sendUnits').select(['lo', 'hi', 'turn']).orderBy('lo').execute()
  const waiting = rows.filter((row) => row.state === 'queued').map((row) => row.seq)
  expect(waiting.every((seq) => units.filter(({ lo, hi }) => lo <= seq && seq <= hi).length === 1)).toBe(true)
  expect(units.map((each) => each.turn)).toEqual(units.map((each) => each.lo - 1))
})

test('a herd fires the most urgent first: what somebody waits for, then what begins soon, then the rest', async () => {
  const at = (hours: number) => given.event(db, { startsAt: minutes(hours * 60) })
  const reminder = { kind: 'reminder', reminderKey: 'one_day', sendAt: minutes(-5) } as const
  const inAWeek = await given.dueMessage(db, (await at(168)).id, reminder)
  const broadcast = await given.dueMessage(db, (await at(2)).id, { sendAt: minutes(-60) })
  const tomorrow = await given.dueMessage(db, (await at(24)).id, reminder)
  const today = await given.dueMessage(db, (await at(5)).id, reminder)
  const notice = await given.dueMessage(db, (await at(500)).id, { kind: 'notice', sendAt: minutes(-1) })

  const due = await dueMessages(db)

  expect(due).toEqual([notice, today, tomorrow, inAWeek, broadcast].map(({ id }) => id))
})

test('many messages fire together, and one whose event is being edited is left for the next time', async () => {
  const events = [await given.event(db), await given.event(db), await given.event(db)]
  const ids: string[] = []
  for (const { id } of events) {
    await given.manyGuests(db, id, 2)
    ids.push((await given.dueMessage(db, id)).id)
  }

  const fired = await db.transaction().execute(async (tx) => {
    await tx.selectFrom('events').select('id').where('id', '=', events[1]!.id).forUpdate().execute()
    return fireMessages(db, firer, ids)
  })

  expect(fired).toMatchObject([
    { kind: 'fired', messageId: ids[0] },
    { kind: 'fired', messageId: ids[2] },
    { kind: 'busy', messageId: ids[1] },
  ])
  expect(await deliveries()).toHaveLength(4)
  expect(await db.selectFrom('sendTurns').select('turn').execute()).toEqual([{ turn: 0 }, { turn: 0 }])
})

test('two notifiers that fire the same herd fire each message once', async () => {
  const event = await given.event(db)
  await given.manyGuests(db, event.id, 3)
  const ids = await Promise.all(Array.from({ length: 6 }, async () => (await given.dueMessage(db, event.id)).id))

  const results = await Promise.all([fireMessages(db, firer, ids), fireMessages(db, firer, ids)])

  expect(results.flat().filter((result) => result.kind === 'fired')).toHaveLength(6)
  expect(await deliveries()).toHaveLength(18)
})
