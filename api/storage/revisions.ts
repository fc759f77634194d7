import { sql } from 'kysely'
import type { Db } from './database.ts'
import { countColumns, sumsOf, type MessageSums } from './message-counts.ts'
import type { MessageKey } from './messages.ts'

/** `sums` of the version that went out, else null. */
export type RevisionRow = {
  messageId: string
  generation: number
  version: number
  subject: string
  createdAt: Date
  editedBy: string | null
  firedAt: Date | null
} & (MessageSums | Record<keyof MessageSums, null>)

export type RevisionPosition = { generation: number; version: number }

/**
 * Versions of a message's words, newest first; of a reminder also those of its other generations, for a generation is one sending of the same
 * reminder. Each edit kept what it replaced; who wrote a version, and when, stands with the one before it. Only the version that a message
 * fired with has figures.
 */
export async function listRevisions(
  db: Db,
  key: MessageKey,
  page: { after?: RevisionPosition; limit: number },
): Promise<RevisionRow[]> {
  const beyond = page.after
    ? sql`where (v.generation, v.version) < (${page.after.generation}::int, ${page.after.version}::int)`
    : sql``
  const { rows } = await sql<RevisionRow>`
    with meant as (
      select m.* from scheduled_messages m
      join scheduled_messages asked on asked.id = ${key.messageId} and asked.event_id = ${key.eventId}
      where m.event_id = ${key.eventId}
        and (m.id = asked.id or (m.reminder_key is not null and m.reminder_key = asked.reminder_key))
    ), kept as (
      select m.id, m.generation, r.version, r.subject, r.created_at as replaced_at, r.edited_by as replaced_by
      from meant m join message_revisions r on r.message_id = m.id
      union all
      select m.id, m.generation, coalesce(m.fired_version, m.version), m.subject, null, null from meant m
    ), versions as (
      select k.*, lag(k.replaced_at) over one as created_at, lag(k.replaced_by) over one as edited_by,
        lead(k.version) over one is null as is_last
      from kept k window one as (partition by k.id order by k.version)
    )
    select v.id as message_id, v.generation, v.version, v.subject, coalesce(v.created_at, m.created_at) as created_at,
      u.name as edited_by, case when v.is_last then m.fired_at end as fired_at,
      ${sql.join(countColumns.map((column) => sql`case when v.is_last and m.fired_at is not null then ${sql.ref(`c.${column}`)} end as ${sql.ref(column)}`))}
    from versions v
    join scheduled_messages m on m.id = v.id
    left join users u on u.id = case when v.created_at is null then m.created_by else v.edited_by end
    left join lateral (${sumsOf(sql`v.id`)}) c on v.is_last and m.fired_at is not null
    ${beyond}
    order by v.generation desc, v.version desc
    limit ${page.limit}`.execute(db)
  return rows
}
