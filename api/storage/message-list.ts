import { sql, type RawBuilder } from 'kysely'
import type { MessageStatus, Tab } from '../domain/message.ts'
import { personalKinds, tabs } from '../domain/message.ts'
import { reminders } from '../domain/reminders.ts'
import type { Db } from './database.ts'
import { countColumns, sumsOf, type MessageSums } from './message-counts.ts'
import type { MessageKey, MessageRow } from './messages.ts'

export type MessageList = {
  eventId: string
  tab?: Tab
  status?: MessageStatus
  /** Part of the subject or of a reminder's name, whatever the case and the accents. */
  q?: string
  /** The position of the last message that the page before showed. */
  after?: ListPosition
  limit: number
}

type ListPosition = { sortKey: string; id: string }

/** `unresolved`: unknown ones about which no host has decided. */
export type SummedMessage = MessageRow & MessageSums & { unresolved: number }

export type ListedMessage = SummedMessage & { sortKey: string }

/** One message of this event with its sums, or undefined. */
export async function getMessageWithSums(db: Db, key: MessageKey): Promise<SummedMessage | undefined> {
  const { rows } = await sql<SummedMessage>`
    select m.*, ${sumColumns}, ${unresolved}
    from scheduled_messages m cross join lateral (${sumsOf(sql`m.id`)}) c
    where m.event_id = ${key.eventId} and m.id = ${key.messageId}`.execute(db)
  return rows[0]
}

/** Messages with their sums, in one statement: the page is cut first, so that only its rows are added up. */
export async function listMessages(db: Db, list: MessageList): Promise<ListedMessage[]> {
  const { rows } = await messagesStatement(list).execute(db)
  return rows
}

/** Exported for the test that reads its plan. */
export function messagesStatement(list: MessageList) {
  const { key, direction } = orders[list.tab ?? 'all']
  const sorted = sql`order by sorted_at ${direction}, id ${direction}`
  return sql<ListedMessage>`
    select m.*, m.sorted_at::text as sort_key, ${sumColumns}, ${unresolved}
    from (
      select *, ${key} as sorted_at
      from scheduled_messages
      where ${sql.join(conditions(list), sql` and `)}
      ${sorted} limit ${list.limit}
    ) m
    cross join lateral (${sumsOf(sql`m.id`)}) c
    ${sorted}`
}

const sumColumns = sql.join(countColumns.map((column) => sql.ref(`c.${column}`)))

/** Unknown ones are few, and have an index of their own. */
const unresolved = sql`(
  select count(*) from message_deliveries d
  where d.message_id = m.id and d.unknown_at is not null and d.state = 'unknown' and d.left_at is null
)::int as unresolved`

type Order = { key: RawBuilder<unknown>; direction: RawBuilder<unknown>; beyond: RawBuilder<unknown> }

const upwards = { direction: sql`asc`, beyond: sql`>` }
const downwards = { direction: sql`desc`, beyond: sql`<` }

/** What goes out next comes first; what is over starts with the latest. A message that was missed never fired. */
const orders: Record<Tab | 'all', Order> = {
  scheduled: { key: sql`coalesce(send_at, 'infinity')`, ...upwards },
  sent: { key: sql`coalesce(fired_at, finished_at, created_at)`, ...downwards },
  cancelled: { key: sql`cancelled_at`, ...downwards },
  all: { key: sql`created_at`, ...downwards },
}

function conditions({ eventId, tab, status, q, after }: MessageList) {
  const { key, beyond } = orders[tab ?? 'all']
  return [
    sql`event_id = ${eventId}`,
    sql`kind <> all(${[...personalKinds]}::message_kind[])`,
    ...(tab ? [sql`status = any(${[...tabs[tab]]}::message_status[])`] : []),
    ...(status ? [sql`status = ${status}`] : []),
    ...(q ? [mentions(q)] : []),
    ...(after ? [sql`(${key}, id) ${beyond} (${after.sortKey}::timestamptz, ${after.id}::uuid)`] : []),
  ]
}

/** `position` instead of LIKE: what people type has no wildcards. Reminders are found by the name that people see. */
function mentions(q: string) {
  const keys = reminders.map((reminder) => reminder.key)
  const labels = reminders.map((reminder) => reminder.label)
  return sql`(
    position(search_form(${q}) in search_form(subject)) > 0
    or reminder_key in (
      select key from unnest(${keys}::text[], ${labels}::text[]) as named (key, label)
      where position(search_form(${q}) in search_form(label)) > 0
    )
  )`
}
