import { sql, type Selectable } from 'kysely'
import type { WrittenGuest } from '../domain/read-guest.ts'
import type { Db } from './database.ts'
import type { Guests } from './schema.gen.ts'

export type GuestRow = Omit<Selectable<Guests>, 'searchText'>
export type GuestKey = { eventId: string; guestId: string }

/** One guest of this event, or undefined: an id of another event is as unknown as one that never was. */
export function getGuest(db: Db, key: GuestKey): Promise<GuestRow | undefined> {
  return guestOf(db, key).executeTakeFirst()
}

/** The same for an edit; the row stays locked until the caller's transaction ends. */
export function lockGuest(db: Db, key: GuestKey): Promise<GuestRow | undefined> {
  return guestOf(db, key).forNoKeyUpdate().executeTakeFirst()
}

/** @returns undefined when another guest has the address already. */
export function createGuest(db: Db, eventId: string, guest: WrittenGuest): Promise<GuestRow | undefined> {
  return db
    .insertInto('guests')
    .values({ ...guest, eventId })
    .onConflict((taken) => taken.doNothing())
    .returning(guestColumns)
    .executeTakeFirst()
}

/**
 * Writes the whole guest as an edit leaves it. A new address gets new links: those that went to the old one stop working.
 * The caller holds the row's lock and has checked the version.
 * @throws an error that `isAddressTaken` knows; the caller's transaction is over then.
 */
export function updateGuest(db: Db, was: GuestRow, guest: WrittenGuest): Promise<GuestRow> {
  const hasMoved = guest.email !== was.email
  return db
    .updateTable('guests')
    .set((row) => ({
      ...guest,
      linkVersion: hasMoved ? row('linkVersion', '+', 1) : was.linkVersion,
      version: row('version', '+', 1),
      updatedAt: sql<Date>`now()`,
    }))
    .where('id', '=', was.id)
    .returning(guestColumns)
    .executeTakeFirstOrThrow()
}

/** Whether the event has this many guests or more; reads no further than that. */
export async function hasGuests(db: Db, eventId: string, atLeast: number): Promise<boolean> {
  if (atLeast <= 0) return true
  const row = await db
    .selectFrom('guests')
    .select('id')
    .where('eventId', '=', eventId)
    .offset(atLeast - 1)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

const addressConstraints = ['guests_one_per_address', 'guests_share_address_only_in_household']

/** Two guests with one address who are not of one household; PostgreSQL says it as 23505 or 23P01. */
export function isAddressTaken(error: unknown): boolean {
  return addressConstraints.includes(String((error as { constraint?: unknown } | null)?.constraint))
}

export const guestColumns = [
  ...(['id', 'eventId', 'name', 'email', 'phone', 'rsvpStatus', 'partySize', 'tags', 'answers', 'note'] as const),
  ...(['household', 'linkVersion', 'respondedAt', 'unsubscribedAt', 'version', 'createdAt', 'updatedAt'] as const),
]

function guestOf(db: Db, { eventId, guestId }: GuestKey) {
  return db.selectFrom('guests').select(guestColumns).where('eventId', '=', eventId).where('id', '=', guestId)
}
