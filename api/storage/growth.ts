import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Like autovacuum's own rule, a fifth; but autovacuum looks once a minute, and by then a message has been sent by yesterday's plan. */
const grownByShare = 0.2

/** Of a table with fewer pages than this more, every row can be looked at and nobody notices: some 500 units. */
const pagesMin = 8

/**
 * What marks, records and claims ask deliveries by. All thirty columns take half as long again, a twelfth of an expansion, and autovacuum
 * does it soon after. Without the seq, the state and the provider the plans of marks cost half as much again.
 */
const columnsOfDeliveries = ['message_id', 'seq', 'guest_id', 'state', 'provider']

/**
 * Tells the planner that tables have grown whose statements keep their plan. Made when a table was small, a plan reads all of it each time:
 * a wire mark for each handful of rows (a new installation's first large message took five times as long), and a claim for each host and
 * each unit. Units are all gone each night, and thousands of them may be there a minute later (measured: with 20,000 units 940 instead of
 * 7 ms for a claim, and minutes with 100,000).
 */
export async function noticeGrowth(db: Db, added: number): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where oid = 'message_deliveries'::regclass and ${added} > greatest(reltuples, 0) * ${grownByShare}::float8
      -- What nobody has counted yet the planner takes for larger than nothing, and its size is looked at for each plan.
      or oid in ('send_units'::regclass, 'scheduled_messages'::regclass) and reltuples >= 0
        and pg_relation_size(oid) / current_setting('block_size')::int > relpages * (1 + ${grownByShare}::float8) + ${pagesMin}`.execute(
    db,
  )
  for (const { name } of rows) {
    const columns = name === 'message_deliveries' ? columnsOfDeliveries : []
    await sql`analyze ${sql.table(name)} ${among(columns)}`.execute(db)
  }
}

const among = (columns: string[]) =>
  columns.length === 0 ? sql`` : sql`(${sql.join(columns.map((column) => sql.ref(column)))})`
