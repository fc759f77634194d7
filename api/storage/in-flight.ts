import { sql } from 'kysely'
import type { FrozenContent } from '../domain/content.ts'
import type { FrequencyCap } from '../domain/frequency-cap.ts'
import type { AmbiguityPolicy, MessageKind } from '../domain/message.ts'
import { audienceOf, type Audience } from './audience.ts'
import type { Db } from './database.ts'
import { onItsWay } from './on-its-way.ts'

/** A message that has fired, as the notifier needs it: frozen words, its audience, and how long it stays useful. */
export type MessageInFlight = {
  id: string
  kind: MessageKind
  content: FrozenContent
  audience: Audience
  /** A test goes to this address instead of an audience. */
  recipient: string | null
  /** Null: as the operator has set it. */
  onAmbiguous: AmbiguityPolicy | null
  expiresInMs: number
}

/** Reads it; undefined when the message is not on its way. With a cap, the rest of its audience is asked with that too. */
export async function loadInFlight(
  db: Db,
  messageId: string,
  frequencyCap?: FrequencyCap,
): Promise<MessageInFlight | undefined> {
  const row = await db
    .selectFrom('scheduledMessages as m')
    .innerJoin('events as e', 'e.id', 'm.eventId')
    .select(['m.id', 'm.kind', 'm.content', 'm.audience', 'm.guestId', 'm.recipient', 'm.onAmbiguous', 'm.firedAt'])
    .select(['m.eventId', 'e.hostId', 'm.resendOf'])
    .select(sql<number>`(extract(epoch from m.expires_at - now()) * 1000)::float8`.as('expiresInMs'))
    .where('m.id', '=', messageId)
    .where(sql<boolean>`${onItsWay}`)
    .executeTakeFirst()
  if (!row) return undefined
  return {
    id: row.id,
    kind: row.kind,
    content: row.content as unknown as FrozenContent,
    audience: audienceOf(row, row.hostId, { frequencyCap }),
    recipient: row.recipient,
    onAmbiguous: row.onAmbiguous,
    expiresInMs: row.expiresInMs,
  }
}

/** How long the mails of a message are still of use; undefined when it is not on its way. */
export async function usefulForMs(db: Db, messageId: string): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from m.expires_at - now()) * 1000)::float8 as ms
    from scheduled_messages m where m.id = ${messageId} and ${onItsWay}`.execute(db)
  return rows[0]?.ms
}
