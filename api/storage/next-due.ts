import { sql } from 'kysely'
import type { Db } from './database.ts'

/**
 * Milliseconds until something in the tables comes due: a scheduled message, a unit, or a lease that runs out. Null when nothing will.
 * What is paused, or due already but not for this process, is no reason to look again soon.
 */
export async function msUntilNextDue(db: Db): Promise<number | null> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from least(
      (select min(send_at) from scheduled_messages where status = 'scheduled' and send_at > now()),
      (select min(greatest(u.run_at, u.lease_until))
       from send_units u join scheduled_messages m on m.id = u.message_id
       where m.paused_at is null and greatest(u.run_at, u.lease_until) > now())
    ) - now()) * 1000)::float8 as ms`.execute(db)
  return rows[0]?.ms ?? null
}
