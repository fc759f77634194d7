import fc from 'fast-check'
import { beforeAll, afterAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { claimUnits } from './claim-units.ts'
import { dropIdleTurns } from './turns.ts'

let database: TestDatabase
let db: TestDatabase['db']
const claimant = { notifierId: '00000000-0000-7000-8000-000000000001', provider: 'smtp', leaseMs: 20_000 }
const unitRows = 100

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database.drop())

/** A message of the host that has `units` units of a hundred rows waiting. */
async function waitingMessage(
  hostId: string,
  units: number,
  { priority = 3, expiresAt = new Date('2099-01-01') } = {},
) {
  const event = await given.event(db, { hostId })
  const sending = { status: 'sending', provider: 'smtp', firedAt: new Date(), content: '{}' } as const
  const { id } = await given.dueMessage(db, event.id, sending)
  for (let n = 0; n < units; n++) {
    const [lo, hi] = [n * unitRows + 1, (n + 1) * unitRows]
    await given.unit(db, id, { id: lo + 1, lo, hi, turn: lo - 1, priority, hostId, expiresAt })
  }
  return id
}

async function clear() {
  await db.deleteFrom('sendUnits').execute()
  await dropIdleTurns(db)
}

const claim = (wish: { units: number; rows?: number; from?: number; to?: number }) => claimUnits(db, claimant, wish)

test('whatever hosts have waiting, each gets the same share of every claim, to within one unit', async () => {
  // Six claims of five units, shared by two hosts at least: with sixteen units of each message nobody runs out of work.
  const backlog = fc.array(fc.array(fc.integer({ min: 16, max: 20 }), { minLength: 1, maxLength: 4 }), {
    minLength: 2,
    maxLength: 4,
  })
  const steps = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 3, maxLength: 6 })

  await fc.assert(
    fc.asyncProperty(backlog, steps, async (hosts, wishes) => {
      await clear()
      const hostOf = new Map<string, string>()
      for (const messages of hosts) {
        const { id: hostId } = await given.host(db)
        for (const units of messages) hostOf.set(await waitingMessage(hostId, units), hostId)
      }
      const rows = new Map<string, number>([...hostOf.values()].map((hostId) => [hostId, 0]))
      const rowsOfMessage = new Map<string, number>([...hostOf.keys()].map((id) => [id, 0]))

      for (const units of wishes) {
        for (const unit of await claim({ units })) {
          const size = unit.hi - unit.lo + 1
          const hostId = hostOf.get(unit.messageId)!
          rows.set(hostId, rows.get(hostId)! + size)
          rowsOfMessage.set(unit.messageId, rowsOfMessage.get(unit.messageId)! + size)
        }
        expect(Math.max(...rows.values()) - Math.min(...rows.values())).toBeLessThanOrEqual(unitRows)
        for (const hostId of rows.keys()) {
          const own = [...rowsOfMessage].filter(([id]) => hostOf.get(id) === hostId).map(([, size]) => size)
          expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(unitRows)
        }
      }
    }),
    { numRuns: 12 },
  )
}, 120_000)

test('a host who comes late starts where the others stand', async () => {
  await clear()
  const [early, late] = [await given.host(db), await given.host(db)]
  const long = await waitingMessage(early.id, 20)
  await claim({ units: 10 })
  const short = await waitingMessage(late.id, 20)

  const units = await claim({ units: 6 })

  expect(units.filter((unit) => unit.messageId === long)).toHaveLength(3)
  expect(units.filter((unit) => unit.messageId === short)).toHaveLength(3)
})

test('what is more urgent goes first, and among equals what is useless soonest', async () => {
  await clear()
  const broadcast = await waitingMessage((await given.host(db)).id, 2)
  const nextWeek = await waitingMessage((await given.host(db)).id, 1, {
    priority: 2,
    expiresAt: new Date('2030-01-08'),
  })
  const notice = await waitingMessage((await given.host(db)).id, 1, { priority: 0 })
  const tomorrow = await waitingMessage((await given.host(db)).id, 1, {
    priority: 2,
    expiresAt: new Date('2030-01-02'),
  })
  await db
    .updateTable('sendTurns')
    .set({ expiresAt: new Date('2030-01-02') })
    .where('hostId', 'in', db.selectFrom('sendUnits').select('hostId').where('messageId', '=', tomorrow))
    .execute()

  const units = await claim({ units: 5 })

  expect(units.map((unit) => unit.messageId)).toEqual([notice, tomorrow, nextWeek, broadcast, broadcast])
})

test('a claim stops at the rows that are wished for, and within the priorities that are asked for', async () => {
  await clear()
  const { id } = await given.host(db)
  await waitingMessage(id, 10)
  const notice = await waitingMessage(id, 1, { priority: 0 })

  expect((await claim({ units: 32, to: 1 })).map((unit) => unit.messageId)).toEqual([notice])
  expect(await claim({ units: 32, rows: 250 })).toHaveLength(3)
})

test('notifiers that claim at the same moment get different units, and the turns count all of them', async () => {
  await clear()
  const { id } = await given.host(db)
  await waitingMessage(id, 12)

  const claims = await Promise.all(Array.from({ length: 4 }, () => claim({ units: 3 })))

  const units = claims.flat().map((unit) => unit.id)
  expect(new Set(units).size).toBe(units.length)
  const { turn } = await db.selectFrom('sendTurns').select('turn').executeTakeFirstOrThrow()
  expect(turn).toBe(units.length * unitRows)
})

test('the turn of a host with work stays, and that of one without goes', async () => {
  await clear()
  await waitingMessage((await given.host(db)).id, 1)

  await dropIdleTurns(db)
  const withWork = await db.selectFrom('sendTurns').select('hostId').execute()
  await clear()

  expect(withWork).toHaveLength(1)
  expect(await db.selectFrom('sendTurns').select('hostId').execute()).toEqual([])
})
