import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db } from './database.ts'
import type { Json, ScheduledMessages } from './schema.gen.ts'

export type MessageRow = Selectable<ScheduledMessages>

/** What a new message is made of; the rest has its default, and moves with the message. */
export type NewMessageRow = Omit<Insertable<ScheduledMessages>, 'rule'> & { rule?: object | null }

export async function createMessage(db: Db, row: NewMessageRow): Promise<MessageRow> {
  const [created] = await createMessages(db, [row])
  return created!
}

/** All of them or none, in one statement: an event's reminders, written in the transaction that writes the event. */
export async function createMessages(db: Db, rows: readonly NewMessageRow[]): Promise<MessageRow[]> {
  if (rows.length === 0) return []
  const values = rows.map((row) => ({ ...row, rule: asJson(row.rule) }))
  return db.insertInto('scheduledMessages').values(values).returningAll().execute()
}

/** One message of this event, or undefined: an id of another event is as unknown as one that never was. */
export function getMessage(db: Db, key: MessageKey): Promise<MessageRow | undefined> {
  return db
    .selectFrom('scheduledMessages')
    .selectAll()
    .where('eventId', '=', key.eventId)
    .where('id', '=', key.messageId)
    .executeTakeFirst()
}

export type MessageKey = { eventId: string; messageId: string }

/**
 * Wakes the notifiers when the caller's transaction commits. A hint only: who misses it finds the row at the next poll.
 */
export async function announceDue(db: Db): Promise<void> {
  await sql`select pg_notify('tidings_due', '')`.execute(db)
}

/** A jsonb column takes text; handed an array, the driver would write a PostgreSQL array. */
export function asJson(value: object | null | undefined) {
  return value ? (JSON.stringify(value) as Json) : null
}
