import { sql } from 'kysely'
import type { Db } from './database.ts'
import { apiShard } from './stop-messages.ts'

/** What the counters said less than the rows, per state; all zero when they agree. */
export type Drift = {
  queued: number
  accepted: number
  failed: number
  unknown: number
  skipped: number
  cancelled: number
}

export type Recount = { drift: Drift; total: { was: number | null; is: number } }

/**
 * Makes the counters of a message equal its rows. Rows and counters are read in one snapshot, in which they differ only if something
 * is wrong, and the difference is added rather than the sum written: so it is right beside notifiers that go on counting.
 */
export async function recountMessage(db: Db, messageId: string): Promise<Recount> {
  const { rows } = await sql<Drift & { was: number | null; rows: number }>`
    with truth as (
      select count(*) filter (where state in ('queued', 'wired'))::int as queued,
        count(*) filter (where state = 'accepted')::int as accepted, count(*) filter (where state = 'failed')::int as failed,
        count(*) filter (where state = 'unknown')::int as unknown, count(*) filter (where state = 'skipped')::int as skipped,
        count(*) filter (where state = 'cancelled')::int as cancelled, count(*)::int as rows
      from message_deliveries where message_id = ${messageId}
    ), counted as (
      select coalesce(sum(queued), 0)::int as queued, coalesce(sum(accepted), 0)::int as accepted,
        coalesce(sum(failed), 0)::int as failed, coalesce(sum(unknown), 0)::int as unknown,
        coalesce(sum(skipped), 0)::int as skipped, coalesce(sum(cancelled), 0)::int as cancelled
      from message_counters where message_id = ${messageId}
    ), drift as (
      select t.queued - c.queued as queued, t.accepted - c.accepted as accepted, t.failed - c.failed as failed,
        t.unknown - c.unknown as unknown, t.skipped - c.skipped as skipped, t.cancelled - c.cancelled as cancelled
      from truth t, counted c
    ), repaired as (
      insert into message_counters as c (message_id, shard, queued, accepted, failed, unknown, skipped, cancelled)
      select ${messageId}, ${apiShard}, queued, accepted, failed, unknown, skipped, cancelled from drift
      where (queued, accepted, failed, unknown, skipped, cancelled) <> (0, 0, 0, 0, 0, 0)
      on conflict (message_id, shard) do update set queued = c.queued + excluded.queued,
        accepted = c.accepted + excluded.accepted, failed = c.failed + excluded.failed, unknown = c.unknown + excluded.unknown,
        skipped = c.skipped + excluded.skipped, cancelled = c.cancelled + excluded.cancelled
    ), totalled as (
      -- While an expansion is under way nobody knows the total yet.
      update scheduled_messages m set total = truth.rows
      from truth
      where m.id = ${messageId} and m.total is not null and m.total <> truth.rows
        and not exists (select from send_units u where u.message_id = m.id and u.kind = 'expand')
    )
    select drift.*, truth.rows, (select total from scheduled_messages where id = ${messageId}) as was
    from drift, truth`.execute(db)
  const { was, rows: is, ...drift } = rows[0]!
  return { drift, total: { was, is } }
}
