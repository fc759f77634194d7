import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { messagesStatement } from './message-list.ts'

let database: TestDatabase
let eventId: string

beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  eventId = (await given.event(db)).id
  const { hostId } = await given.event(db)
  await sql`
    with filled as (
      insert into events (host_id, name, local_start, timezone, starts_at)
      select ${hostId}, 'Old event ' || n, '2020-01-01 18:00', 'UTC', '2020-01-01T18:00Z' from generate_series(1, 500) n
      returning id
    )
    insert into scheduled_messages (event_id, kind, audience, subject, body, status, send_at, fired_at, content)
    select filled.id, 'broadcast', '{everyone}', 'Old', 'Old', 'sent', now() - interval '1 year', now(), '{}'
    from filled, generate_series(1, 200)`.execute(db)
  for (let n = 0; n < 20; n++) await given.message(db, eventId, { status: 'scheduled', sendAt: new Date(n) })
  await sql`analyze scheduled_messages`.execute(db)
})
afterAll(() => database.drop())

test('among 100,000 sent messages the due ones are read from their own small index', async () => {
  const plan = await explain(sql`
    select id from scheduled_messages where status = 'scheduled' and send_at <= now() order by send_at, id limit 100`)

  expect(plan).toContain('scheduled_messages_due')
  expect(plan).not.toMatch(/Seq Scan|Sort/)
})

test.each(['scheduled', 'sent', 'cancelled', undefined] as const)('the tab %s reads its event only', async (tab) => {
  const plan = await explain(messagesStatement({ eventId, tab, limit: 50 }))

  expect(plan).toContain('scheduled_messages_of_event')
  expect(plan).not.toContain('Seq Scan on scheduled_messages')
})

async function explain(statement: ReturnType<typeof sql>) {
  const { rows } = await sql<Record<string, string>>`explain ${statement}`.execute(database.db)
  return rows.map((row) => Object.values(row)[0]).join('\n')
}
