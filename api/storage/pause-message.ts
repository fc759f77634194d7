import { sql } from 'kysely'
import type { Db } from './database.ts'
import type { MessageRow } from './messages.ts'
import { onItsWay } from './on-its-way.ts'

/**
 * Holds a message that is on its way: nothing of it is claimed or marked any more, and what is on the wire finishes.
 * Undefined when it is not on its way, or is held already.
 */
export function pauseMessage(db: Db, messageId: string, reason: string): Promise<MessageRow | undefined> {
  return db
    .updateTable('scheduledMessages as m')
    .set((row) => ({ pausedAt: sql<Date>`now()`, pauseReason: reason, ...changed(row('version', '+', 1)) }))
    .where('id', '=', messageId)
    .where(sql<boolean>`${onItsWay}`)
    .where('pausedAt', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** Whether mails of this message are marked and have no answer yet, in the hands of a live notifier. */
export async function isOnTheWire(db: Db, messageId: string): Promise<boolean> {
  const { rows } = await sql<{ wired: boolean }>`
    select exists (
      select from send_units u join message_deliveries d on d.message_id = u.message_id and d.seq between u.lo and u.hi
      where u.message_id = ${messageId} and u.kind = 'send' and u.lease_until > now() and d.state = 'wired'
    ) as wired`.execute(db)
  return rows[0]!.wired
}

/** Lets a held message go on where it was. */
export function resumeMessage(db: Db, messageId: string): Promise<MessageRow | undefined> {
  return db
    .updateTable('scheduledMessages as m')
    .set((row) => ({ pausedAt: null, pauseReason: null, ...changed(row('version', '+', 1)) }))
    .where('id', '=', messageId)
    .where(sql<boolean>`${onItsWay}`)
    .where('pausedAt', 'is not', null)
    .returningAll()
    .executeTakeFirst()
}

function changed<T>(version: T) {
  return { version, updatedAt: sql<Date>`now()` }
}
