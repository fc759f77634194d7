import { sql } from 'kysely'
import type { Db } from './database.ts'
import { onItsWay } from './on-its-way.ts'

export type Finished = { messageId: string; status: 'sent' | 'failed' | 'cancelled' }

/** What a message came to, for whoever reads the log. */
export type Outcomes = { messageId: string; sent: number; failed: number; unknown: number; skipped: number }

export async function outcomesOf(db: Db, messageIds: readonly string[]): Promise<Outcomes[]> {
  const { rows } = await sql<Outcomes>`
    select message_id, sum(accepted)::int as sent, sum(failed)::int as failed, sum(unknown)::int as unknown, sum(skipped)::int as skipped
    from message_counters where message_id = any(${[...messageIds]}::uuid[]) group by message_id`.execute(db)
  return rows
}

/**
 * Ends every sending message that has no unit left; called with the message of a unit that is gone, and without for all of them
 * at each poll, so that a crash in between only delays it. Sent if anything was accepted or is held unknown or nobody was to be
 * mailed; cancelled if it was stopped before anything left; failed if all tries failed. A reopened message is closed again: it keeps
 * its status, but for one whose every try had failed and that has reached somebody now.
 */
export async function finishMessages(db: Db, messageIds?: readonly string[]): Promise<Finished[]> {
  const only = messageIds ? sql`and m.id = any(${[...messageIds]}::uuid[])` : sql``
  const { rows } = await sql<{ id: string }>`
    select m.id from scheduled_messages m where ${isOver} ${only}`.execute(db)
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const end = (tx: Db) => endLocked(tx, ids)
  return db.isTransaction ? end(db) : db.transaction().execute(end)
}

const isOver = sql`${onItsWay} and not exists (select from send_units u where u.message_id = m.id)`

/**
 * Looks again under the message's lock, with eyes of its own: a host who has guests tried again holds it while a unit is added, and
 * a statement that waited for that would still see what was before.
 */
async function endLocked(db: Db, ids: readonly string[]): Promise<Finished[]> {
  const { rows: locked } = await sql<{ id: string }>`
    select id from scheduled_messages where id = any(${[...ids]}::uuid[]) order by id for update skip locked`.execute(
    db,
  )
  const { rows } = await sql<Finished>`
    with done as (
      select m.id, case
          when sums.accepted + sums.unknown > 0 then 'sent'
          when m.status <> 'sending' then m.status::text
          when sums.cancelled > 0 then 'cancelled'
          when sums.failed > 0 then 'failed'
          else 'sent'
        end::message_status as status
      from scheduled_messages m
      cross join lateral (
        select coalesce(sum(accepted), 0) as accepted, coalesce(sum(unknown), 0) as unknown,
          coalesce(sum(failed), 0) as failed, coalesce(sum(cancelled), 0) as cancelled
        from message_counters c where c.message_id = m.id
      ) sums
      where m.id = any(${locked.map(({ id }) => id)}::uuid[]) and ${isOver}
    )
    update scheduled_messages m set status = done.status, reopened = false, finished_at = now(), updated_at = now(),
      cancelled_at = case when done.status = 'cancelled' then now() end,
      end_reason = case done.status when 'failed' then 'all_failed' when 'cancelled' then coalesce(m.end_reason, 'host') end
    from done
    where m.id = done.id
    returning m.id as message_id, m.status`.execute(db)
  return rows
}
