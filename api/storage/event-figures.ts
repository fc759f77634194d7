import { sql } from 'kysely'
import { personalKinds } from '../domain/message.ts'
import type { Db } from './database.ts'
import { countColumns, type MessageSums } from './message-counts.ts'

export type KindFigures = MessageSums & { messages: number }

/** Sums of an event's messages: reminders apart from what the host wrote. Those to one person are in neither. */
export async function readEventFigures(
  db: Db,
  eventId: string,
): Promise<{ broadcasts: KindFigures; reminders: KindFigures; at: Date }> {
  const sums = countColumns.map((column) => sql`coalesce(sum(${sql.ref(`c.${column}`)}), 0)::int as ${sql.ref(column)}`)
  const { rows } = await sql<KindFigures & { isReminder: boolean; at: Date }>`
    select k.is_reminder, now() as at, count(distinct m.id)::int as messages, ${sql.join(sums)}
    from (values (true), (false)) as k(is_reminder)
    left join scheduled_messages m on m.event_id = ${eventId} and m.fired_at is not null
      and m.kind <> all(${[...personalKinds]}::message_kind[]) and (m.kind = 'reminder') = k.is_reminder
    left join message_counters c on c.message_id = m.id
    group by k.is_reminder`.execute(db)
  const of = (isReminder: boolean) => rows.find((row) => row.isReminder === isReminder)!
  return { broadcasts: of(false), reminders: of(true), at: rows[0]!.at }
}
