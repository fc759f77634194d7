import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Like autovacuum's own rule, a fifth; but autovacuum looks once a minute, and by then a message has been sent by yesterday's plan. */
const grownByShare = 0.2

/**
 * Tells the planner that the deliveries have grown. The wire mark's plan is prepared once; made when the table was small it reads
 * all of it for each handful of rows, and a new installation's first large message took five times as long.
 */
export async function noticeGrowth(db: Db, added: number): Promise<void> {
  const { rows } = await sql<{ known: number }>`
    select greatest(reltuples, 0)::float8 as known from pg_class where oid = 'message_deliveries'::regclass`.execute(db)
  if (added > rows[0]!.known * grownByShare) await sql`analyze message_deliveries`.execute(db)
}
