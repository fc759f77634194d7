import { sql } from 'kysely'
import type { Db } from './database.ts'
import type { EventRow } from './events.ts'
import { guestColumns, type GuestRow } from './guests.ts'
import { lockEvent } from './message-edits.ts'

/** What a guest's link leads to. */
export type Invitation = { guest: GuestRow; event: EventRow; hostName: string; hostId: string }

export type GuestLink = { guestId: string; linkVersion: number }

/** Undefined when the link was revoked or its guest was removed. */
export async function findInvitation(db: Db, link: GuestLink): Promise<Invitation | undefined> {
  const guest = await guestOf(db, link).executeTakeFirst()
  return guest && withEvent(db, guest)
}

/**
 * The same for an answer, with the guest's row locked. An event with a capacity is locked too, before the guest, so that of two
 * answers for the last seat one sees the other. Without a capacity nobody needs to wait.
 */
export async function lockInvitation(db: Db, link: GuestLink): Promise<Invitation | undefined> {
  const found = await findInvitation(db, link)
  if (!found) return undefined
  if (found.event.capacity !== null) await lockEvent(db, found.event.id)
  const guest = await guestOf(db, link).forNoKeyUpdate().executeTakeFirst()
  return guest && withEvent(db, guest)
}

/** People whom the other guests bring: the seats that are taken. */
export async function seatsOfOthers(db: Db, { guest }: Invitation): Promise<number> {
  const { seats } = await db
    .selectFrom('guests')
    .select(sql<number>`coalesce(sum(party_size), 0)::int`.as('seats'))
    .where('eventId', '=', guest.eventId)
    .where('rsvpStatus', '=', 'attending')
    .where('id', '<>', guest.id)
    .executeTakeFirstOrThrow()
  return seats
}

function guestOf(db: Db, { guestId, linkVersion }: GuestLink) {
  return db.selectFrom('guests').select(guestColumns).where('id', '=', guestId).where('linkVersion', '=', linkVersion)
}

async function withEvent(db: Db, guest: GuestRow): Promise<Invitation> {
  const { hostName, ...event } = await db
    .selectFrom('events')
    .innerJoin('users', 'users.id', 'events.hostId')
    .selectAll('events')
    .select('users.name as hostName')
    .where('events.id', '=', guest.eventId)
    .executeTakeFirstOrThrow()
  return { guest, event, hostName, hostId: event.hostId }
}
