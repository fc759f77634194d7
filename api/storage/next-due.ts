import { sql } from 'kysely'
import type { Db } from './database.ts'

/**
 * Milliseconds until something in the tables comes due: a scheduled message, a unit, or a lease that runs out. Null when nothing will.
 * What is paused, or due already but not for this process, is no reason to look again soon. But what came due in the last `lookedForMs`, in
 * which the caller looked for work, may have done so right behind its back: then there is nothing to wait for, and the answer is below zero.
 */
export async function msUntilNextDue(db: Db, lookedForMs = 0): Promise<number | null> {
  const looked = sql`now() - ${lookedForMs}::float8 * interval '1 ms'`
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from least(
      (select min(send_at) from scheduled_messages where status = 'scheduled' and send_at > ${looked}),
      (select min(greatest(u.run_at, u.lease_until))
       from send_units u join scheduled_messages m on m.id = u.message_id
       where m.paused_at is null and greatest(u.run_at, u.lease_until) > ${looked})
    ) - now()) * 1000)::float8 as ms`.execute(db)
  return rows[0]?.ms ?? null
}
