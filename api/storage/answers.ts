import { sql } from 'kysely'
import type { EndReason } from '../domain/end-reason.ts'
import type { RsvpStatus } from '../domain/rsvp.ts'
import type { Db } from './database.ts'
import { guestColumns, type GuestRow } from './guests.ts'
import { announceDue } from './messages.ts'

export type Answer = { rsvpStatus: RsvpStatus; partySize: number; note: string | null }

/** Writes a guest's own answer. From now on no import overwrites it. */
export function storeAnswer(db: Db, guestId: string, answer: Answer): Promise<GuestRow> {
  return db
    .updateTable('guests')
    .set((row) => ({
      ...answer,
      respondedAt: sql<Date>`now()`,
      version: row('version', '+', 1),
      updatedAt: sql<Date>`now()`,
    }))
    .where('id', '=', guestId)
    .returning(guestColumns)
    .executeTakeFirstOrThrow()
}

/** The one key that is always there; whom a confirmation goes to is its `guest_id`. */
const audienceOfOne = ['everyone']

/** Has the answer confirmed by mail. The latest answer wins: a confirmation that waits for an earlier one is withdrawn. */
export async function queueConfirmation(
  db: Db,
  guest: Pick<GuestRow, 'id' | 'eventId'>,
  words: { subject: string; body: string },
): Promise<void> {
  await db
    .updateTable('scheduledMessages')
    .set({ status: 'cancelled', cancelledAt: sql<Date>`now()`, endReason: 'answered_again' satisfies EndReason })
    .where('eventId', '=', guest.eventId)
    .where('guestId', '=', guest.id)
    .where('kind', '=', 'confirmation')
    .where('status', '=', 'scheduled')
    .execute()
  await db
    .insertInto('scheduledMessages')
    .values({
      ...{ eventId: guest.eventId, guestId: guest.id, audience: audienceOfOne, ...words },
      ...{ kind: 'confirmation', status: 'scheduled', sendAt: sql<Date>`now()` },
    })
    .execute()
  await announceDue(db)
}
