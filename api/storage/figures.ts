import { sql } from 'kysely'
import type { Db } from './database.ts'
import { countColumns, sumsOf, type MessageSums } from './message-counts.ts'
import type { MessageRow } from './messages.ts'

/** What people who watch a message are shown. `additionalOpens` and `originalOpens` are those of a resend, else null. */
export type FiguresRow = MessageSums &
  Pick<
    MessageRow,
    | 'id'
    | 'eventId'
    | 'kind'
    | 'status'
    | 'reminderKey'
    | 'subject'
    | 'pausedAt'
    | 'reopened'
    | 'firedAt'
    | 'finishedAt'
    | 'resendOf'
  > & { additionalOpens: number | null; originalOpens: number | null; at: Date }

/** Figures of messages as they are now, all in one statement and so of one moment. Ids that are none of ours are passed over. */
export async function readFigures(db: Db, messageIds: readonly string[]): Promise<FiguresRow[]> {
  const { rows } = await figuresStatement(messageIds).execute(db)
  return rows
}

/** Exported for the test that reads its plan. */
export function figuresStatement(messageIds: readonly string[]) {
  return sql<FiguresRow>`
    select m.id, m.event_id, m.kind, m.status, m.reminder_key, m.subject, m.paused_at, m.reopened, m.fired_at, m.finished_at,
      m.resend_of, now() as at, ${sql.join(countColumns.map((column) => sql.ref(`c.${column}`)))},
      case when m.resend_of is not null then ${additionalOpens} end as additional_opens,
      case when m.resend_of is not null then (
        select coalesce(sum(o.opened), 0)::int from message_counters o where o.message_id = m.resend_of
      ) end as original_opens
    from scheduled_messages m cross join lateral (${sumsOf(sql`m.id`)}) c
    where m.id = any(${[...messageIds]}::uuid[])`
}

/**
 * Guests who opened this mail and not the first, by now: one who opens the first one late is no longer the second one's merit. Both sides are
 * read from the index of those who have opened, in the same order; the rows themselves are many more.
 */
const additionalOpens = sql`(
  select count(*)::int
  from message_deliveries again
  where again.message_id = m.id and again.opened_at is not null
    and not exists (select from message_deliveries first
      where first.guest_id = again.guest_id and first.message_id = m.resend_of and first.opened_at is not null)
)`
