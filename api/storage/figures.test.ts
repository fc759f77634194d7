import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { upliftOf } from '../domain/uplift.ts'
import { figuresStatement, readFigures } from './figures.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** Of `count` guests, 1 to `first` have opened the first mail; the second one went to those from `from` on, and these have opened it. */
async function givenResend(count: number, first: number, from: number, again: readonly number[]) {
  const { db } = database
  const event = await given.event(db)
  const guests = await given.manyGuests(db, event.id, count)
  const firedAt = new Date()
  const sent = { status: 'sent' as const, sendAt: firedAt, firedAt, content: '{}' }
  const original = await given.message(db, event.id, sent)
  const resend = await given.message(db, event.id, { ...sent, kind: 'resend', resendOf: original.id })
  const ids = guests.map(({ id }) => id)
  await sql`
    insert into message_deliveries (message_id, seq, guest_id, address, state, accepted_at, opened_at)
    select ${original.id}::uuid, n, g, 'a', 'accepted'::delivery_state, now(), case when n <= ${first} then now() end
    from unnest(${ids}::uuid[]) with ordinality as u(g, n)
    union all
    select ${resend.id}::uuid, n, g, 'a', 'accepted'::delivery_state, now(), case when n = any(${[...again]}::int[]) then now() end
    from unnest(${ids}::uuid[]) with ordinality as u(g, n) where n >= ${from}`.execute(db)
  await sql`
    insert into message_counters (message_id, shard, accepted, opened)
    select message_id, 1, count(*), count(opened_at) from message_deliveries
    where message_id in (${original.id}, ${resend.id}) group by 1`.execute(db)
  const uplift = async () => {
    const [row] = await readFigures(db, [resend.id])
    return upliftOf({ additionalOpens: row!.additionalOpens!, originalOpens: row!.originalOpens! })
  }
  return { db, original, resend, uplift }
}

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n)

test('fifteen new readers beside 181 are 8.3 percent more', async () => {
  const { uplift } = await givenResend(300, 181, 182, numbers(190, 15))

  expect(await uplift()).toEqual({
    additionalOpens: 15,
    originalOpens: 181,
    percentage: 8.3,
    message: '15 more guests opened after resend (+8.3 %)',
  })
})

test('where nobody had opened the first mail there is no share', async () => {
  const { uplift } = await givenResend(10, 0, 1, [3])

  expect(await uplift()).toEqual({
    additionalOpens: 1,
    originalOpens: 0,
    percentage: null,
    message: '1 more guest opened after resend',
  })
})

test('who opens the first mail late is no merit of the second', async () => {
  const { db, original, uplift } = await givenResend(10, 4, 5, [5, 6, 7])
  expect((await uplift()).additionalOpens).toBe(3)

  await sql`update message_deliveries set opened_at = now() where message_id = ${original.id} and seq in (5, 9)`.execute(
    db,
  )
  await sql`update message_counters set opened = opened + 2 where message_id = ${original.id}`.execute(db)

  expect(await uplift()).toMatchObject({ additionalOpens: 2, originalOpens: 6, percentage: 33.3 })
})

test('it is never less than nothing', async () => {
  const { uplift } = await givenResend(10, 10, 5, [5, 6])

  expect(await uplift()).toMatchObject({ additionalOpens: 0, originalOpens: 10, percentage: 0 })
})

test('a first message has none', async () => {
  const { db, original } = await givenResend(3, 1, 2, [2])

  expect(await readFigures(db, [original.id])).toMatchObject([{ additionalOpens: null, originalOpens: null }])
})

test('among many who have not opened it, those who have are found without reading all rows', async () => {
  const { db, resend, uplift } = await givenResend(5000, 40, 41, numbers(50, 30))
  await sql`analyze message_deliveries`.execute(db)

  const { rows } = await sql<Record<string, string>>`explain ${figuresStatement([resend.id])}`.execute(db)

  const plan = rows.map((row) => Object.values(row)[0]).join('\n')
  expect(plan.match(/message_deliveries_opened/g)).toHaveLength(2)
  expect(plan).not.toContain('Seq Scan on message_deliveries')
  expect((await uplift()).additionalOpens).toBe(30)
})
