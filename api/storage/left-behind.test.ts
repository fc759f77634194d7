import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { rescueLeftBehind, rescueWired, type Rescue } from './rows.ts'
import type { Unit } from './units.ts'

let database: TestDatabase
let messageId: string
let unit: Unit

beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  const event = await given.event(db)
  ;({ id: messageId } = await given.dueMessage(db, event.id))
  await sql`update scheduled_messages set expires_at = now() + interval '72 hours'`.execute(db)
  await given.unit(db, messageId, { lo: 3, hi: 6, epoch: 1, leaseUntil: new Date('2999-01-01T00:00:00Z') })
  unit = { messageId, id: 2, epoch: 1, kind: 'send', lo: 3, hi: 6, cursor: null, crashes: 0, priority: 2 }
})
afterAll(() => database.drop())

const hours = fc.option(fc.constantFrom(-1, 0, 0.1, 22.9, 23.1, 100), { nil: null })
const states = ['queued', 'wired', 'unknown', 'accepted', 'failed', 'skipped', 'cancelled'] as const
const rowsOf8 = fc.array(
  fc.record({
    state: fc.constantFrom(...states),
    wired: hours,
    doubt: hours,
    due: hours,
    attempt: fc.constantFrom(0, 1, 4),
  }),
  { minLength: 8, maxLength: 8 },
)
const batchesOf = fc.uniqueArray(
  fc.record({
    lo: fc.integer({ min: 1, max: 8 }),
    size: fc.integer({ min: 1, max: 4 }),
    first: fc.constantFrom(0, 22.9, 23.1),
    open: fc.boolean(),
  }),
  { maxLength: 3, selector: ({ lo }) => lo },
)
/** As the transports of SMTP, SES, Resend and the log ask. */
const asked = fc.record({
  policy: fc.constantFrom('hold' as const, 'resend' as const),
  transport: fc.constantFrom<Omit<Rescue, 'policy' | 'shard'>>(
    { deduplicates: false },
    { deduplicates: false, evidenceWithinMs: 900_000 },
    { deduplicates: true },
  ),
})

type Rows = typeof rowsOf8 extends fc.Arbitrary<infer T> ? T : never
type Batches = typeof batchesOf extends fc.Arbitrary<infer T> ? T : never

async function fill(rows: Rows, batches: Batches) {
  const { db } = database
  await sql`delete from message_deliveries`.execute(db)
  await sql`delete from send_batches`.execute(db)
  const at = (ago: number | null) => (ago === null ? null : sql<Date>`now() - ${ago} * interval '1 hour'`)
  await db
    .insertInto('messageDeliveries')
    .values(
      rows.map(({ state, wired, doubt, due, attempt }, index) => ({
        ...{ messageId, seq: index + 1, address: 'a@example.com', state, attempt, reason: 'why' },
        ...{
          acceptedAt: at(1),
          wiredAt: at(state === 'wired' ? (wired ?? 0) : wired),
          inDoubtSince: at(doubt),
          dueAt: at(due),
        },
      })),
    )
    .execute()
  for (const { lo, size, first, open } of batches) {
    const seqs = Array.from({ length: size }, (_, n) => lo + n)
    await sql`insert into send_batches (message_id, lo, generation, seqs, request_hash, first_wired_at, closed_at)
      values (${messageId}, ${lo}, 1, ${seqs}, ${Buffer.from('x')}, now() - ${first} * interval '1 hour', ${open ? null : new Date()})`.execute(
      db,
    )
  }
}

async function whatIsThere() {
  const { rows } = await sql`
    select (select jsonb_agg(d order by seq) from message_deliveries d) as rows,
      (select jsonb_agg(b order by lo) from send_batches b) as batches,
      (select jsonb_agg(c) from message_counters c) as counters`.execute(database.db)
  return rows[0]
}

test('where the look finds nothing, the rescue would have done nothing, whatever the rows and the provider', async () => {
  const { db } = database
  await fc.assert(
    fc.asyncProperty(rowsOf8, batchesOf, asked, async (rows, batches, { policy, transport }) => {
      const rescue = { policy, ...transport, shard: 1 }
      await fill(rows, batches)
      const before = await whatIsThere()
      await rescueWired(db, unit, rescue)
      const looked = await whatIsThere()
      if (!isDeepStrictEqual(looked, before)) return
      await rescueLeftBehind(db, unit, rescue)
      expect(await whatIsThere()).toEqual(before)
    }),
    { numRuns: 300 },
  )
}, 60_000)
