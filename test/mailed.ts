import { sql, type Insertable } from 'kysely'
import type { Db } from '../api/storage/database.ts'
import type { MessageDeliveries, ScheduledMessages } from '../api/storage/schema.gen.ts'
import { message } from './given.ts'

type Mailed = {
  /** Hours ago; the answer of a mail comes when it is sent. */
  ago?: number
  message?: Partial<Insertable<ScheduledMessages>>
  delivery?: Partial<Insertable<MessageDeliveries>>
}

/** A message to these guests that was sent some hours ago: a broadcast that was accepted, unless told otherwise. */
export async function mailed(
  db: Db,
  guests: readonly { id: string; eventId: string; email: string | null }[],
  { ago = 1, message: ofMessage, delivery }: Mailed = {},
) {
  const at = sql<Date>`now() - ${ago} * interval '1 hour'`
  const { id: messageId } = await message(db, guests[0]!.eventId, { kind: 'broadcast' })
  const sent = { status: 'sent', firedAt: at, content: '{}', ...ofMessage } as const
  await db.updateTable('scheduledMessages').set(sent).where('id', '=', messageId).execute()
  const rows = guests.map(({ id: guestId, email: address }, index) => ({
    ...{ messageId, seq: index + 1, guestId, address, state: 'accepted' as const },
    ...{ wiredAt: at, acceptedAt: at, ...delivery },
  }))
  await db.insertInto('messageDeliveries').values(rows).execute()
  return messageId
}
