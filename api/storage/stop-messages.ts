import { sql } from 'kysely'
import type { EndReason } from '../domain/end-reason.ts'
import type { Db } from './database.ts'
import { isInDoubt, mayHaveGone } from './doubt.ts'
import { onItsWay } from './on-its-way.ts'

/** The API's own row of the counters; each notifier has another. */
export const apiShard = 0

/**
 * Gives up what has not left of messages that are on their way. What is on the wire keeps going, and its outcome is recorded; the
 * notifier then ends the message. Locks go message, unit, delivery, like everywhere.
 * @returns how many mails were stopped.
 */
export async function discardQueued(db: Db, messageIds: readonly string[], reason: EndReason): Promise<number> {
  if (messageIds.length === 0) return 0
  const ids = [...messageIds].sort()
  await unpause(db, ids, reason)
  await lockUnits(db, ids)
  await endExpansions(db, ids)
  const stopped = await cancelQueued(db, ids)
  await dropIdleUnits(db, ids)
  await endUnsent(db, ids)
  return stopped
}

/**
 * A paused message's units would never be settled. `end_reason` says until its end that it is given up, so that nothing of it begins anew; it
 * is what the host reads if nothing had been accepted.
 */
async function unpause(db: Db, ids: string[], reason: EndReason) {
  await db
    .updateTable('scheduledMessages as m')
    .set((row) => ({
      ...{ pausedAt: null, pauseReason: null },
      endReason: reason,
      ...{ version: row('version', '+', 1), updatedAt: sql<Date>`now()` },
    }))
    .where('id', 'in', ids)
    .where(sql<boolean>`${onItsWay}`)
    .execute()
}

/** Whoever changes which rows a unit has to send holds it meanwhile. */
export async function lockUnits(db: Db, ids: string[]) {
  await sql`select from send_units where message_id = any(${ids}::uuid[]) order by message_id, id for update`.execute(
    db,
  )
}

/** Guests who have not become deliveries yet never will; the total is what there is. */
async function endExpansions(db: Db, ids: string[]) {
  await sql`
    with ended as (
      delete from send_units where message_id = any(${ids}::uuid[]) and kind = 'expand' returning message_id, cursor
    )
    update scheduled_messages m set total = coalesce((ended.cursor ->> 'seq')::int, 0)
    from ended where m.id = ended.message_id`.execute(db)
}

/** Rows are locked in order first: the notifier marks its rows in the same order, so neither waits for the other in a circle. */
async function cancelQueued(db: Db, ids: string[]): Promise<number> {
  const { rows } = await sql<{ stopped: number }>`
    with waiting as (
      select message_id, seq from message_deliveries
      where message_id = any(${ids}::uuid[]) and state = 'queued'
      order by message_id, seq
      for update
    ), cancelled as (
      -- Of those that were tried and whose answer was lost nobody can say that they were stopped in time.
      update message_deliveries d set due_at = null,
        state = case when not ${isInDoubt} then 'cancelled' else 'unknown' end::delivery_state,
        reason = case when not ${isInDoubt} then d.reason else ${mayHaveGone} end,
        unknown_at = case when ${isInDoubt} then now() end
      from waiting w
      where d.message_id = w.message_id and d.seq = w.seq and d.state = 'queued'
      returning d.message_id, d.state
    ), held as (
      -- Nobody waits any more for word of these, or tries them again: they are unknown until the host says otherwise.
      update message_deliveries d set due_at = null
      where d.message_id = any(${ids}::uuid[]) and d.unknown_at is not null and d.state = 'unknown' and d.due_at is not null
    ), counted as (
      insert into message_counters as c (message_id, shard, queued, cancelled, unknown)
      select message_id, ${apiShard}, -count(*), count(*) filter (where state = 'cancelled'), count(*) filter (where state = 'unknown')
      from cancelled group by message_id
      on conflict (message_id, shard) do update
        set queued = c.queued + excluded.queued, cancelled = c.cancelled + excluded.cancelled, unknown = c.unknown + excluded.unknown
    )
    select count(*)::int as stopped from cancelled where state = 'cancelled'`.execute(db)
  return rows[0]!.stopped
}

async function dropIdleUnits(db: Db, ids: string[]) {
  await sql`
    delete from send_units u
    where u.message_id = any(${ids}::uuid[]) and not exists (
      select from message_deliveries d
      where d.message_id = u.message_id and d.seq between u.lo and u.hi and d.state in ('queued', 'wired')
    )`.execute(db)
}

/**
 * A message that was stopped before anything left is over now, and so is one that had only been reopened. The others end when the
 * notifier has the last answer.
 */
async function endUnsent(db: Db, ids: string[]) {
  await sql`
    update scheduled_messages m set reopened = false, finished_at = now(), updated_at = now(),
      end_reason = case m.status when 'failed' then 'all_failed' end
    where m.id = any(${ids}::uuid[]) and m.reopened
      and not exists (select from send_units u where u.message_id = m.id)`.execute(db)
  await sql`
    update scheduled_messages m
    set status = 'cancelled', cancelled_at = now(), finished_at = now(), updated_at = now()
    where m.id = any(${ids}::uuid[]) and m.status = 'sending'
      and not exists (select from send_units u where u.message_id = m.id)
      and not exists (select from message_counters c where c.message_id = m.id
        group by c.message_id having sum(c.accepted) > 0 or sum(c.unknown) > 0 or sum(c.failed) > 0)`.execute(db)
}
