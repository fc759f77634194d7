import { sql } from 'kysely'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { claimStatement } from './claim-units.ts'
import { noticeGrowth } from './growth.ts'
import { takeTurns } from './turns.ts'

test('a claim that was planned when no unit was there finds the next of twenty thousand by their index', async () => {
  const { db, url } = await cloneDatabase()
  const { id: eventId, hostId } = await given.event(db)
  await takeTurns(db, [{ hostId, priority: 3, expiresAt: null }])
  // As after a quiet night.
  await sql`analyze`.execute(db)
  const claimant = { notifierId: eventId, provider: 'smtp', leaseMs: 20_000 }
  const claim = await keptPlan(url, claimStatement(claimant, { units: 32 }).compile(db))
  expect(await claim()).toMatch(/Seq Scan on send_units/)

  await sql`
    insert into scheduled_messages (event_id, kind, audience, subject, body, status, send_at, fired_at, content, provider)
    select ${eventId}, 'broadcast', '{everyone}', 's', 'b', 'sending', now(), now(), '{}', 'smtp' from generate_series(1, 2000)`.execute(
    db,
  )
  await sql`
    insert into send_units (message_id, id, kind, lo, hi, priority, host_id)
    select id, n, 'send', n, n, 3, ${hostId} from scheduled_messages, generate_series(1, 10) n`.execute(db)
  await noticeGrowth(db, 1)

  expect(await claim()).toContain('Index Scan using send_units_next')
  expect(await claim()).not.toMatch(/Seq Scan on (send_units|scheduled_messages)/)
})

test('tables that are as large as they were are not counted again', async () => {
  const { db } = await cloneDatabase()
  const event = await given.event(db)
  await given.dueMessage(db, event.id)
  await sql`analyze`.execute(db)
  const countedAt = async () =>
    (await sql`select relname, last_analyze from pg_stat_user_tables order by relname`.execute(db)).rows
  const before = await countedAt()

  await noticeGrowth(db, 0)

  expect(await countedAt()).toEqual(before)
})

/** PostgreSQL plans a statement this often before it may keep one plan for whatever is asked. */
const plannedAnew = 5

/** A statement as a notifier's connection has it after some time. */
async function keptPlan(url: string, { sql: text, parameters }: { sql: string; parameters: readonly unknown[] }) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query(`prepare kept as ${text}`)
  const asked = parameters.map((value) => pg.escapeLiteral(String(value))).join()
  const explained = async () => {
    const { rows } = await client.query<Record<string, string>>(`explain execute kept(${asked})`)
    return rows.flatMap((row) => Object.values(row)).join('\n')
  }
  for (let n = 0; n < plannedAnew; n++) await explained()
  return explained
}
