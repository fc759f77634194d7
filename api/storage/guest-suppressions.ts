import { sql } from 'kysely'
import type { Db } from './database.ts'
import type { GuestKey } from './guests.ts'

/** The event's host: a suppression of theirs is theirs to lift, and one that holds for everybody is the operator's. */
export type SuppressedGuest = GuestKey & { hostId: string }

/** Since when mails to this guest's address are given up because one bounced for good; undefined when they are not. */
export async function bouncedSince(db: Db, { eventId, guestId, hostId }: SuppressedGuest): Promise<Date | undefined> {
  const { rows } = await sql<{ since: Date }>`
    select s.created_at as since
    from guests g join suppressions s on s.address = lower(g.email)
    where g.id = ${guestId} and g.event_id = ${eventId} and s.host_id = ${hostId} and s.reason = 'hard_bounce'`.execute(
    db,
  )
  return rows[0]?.since
}

/** Lets mails go to the address again, in all events of this host. Complaints and what a guest chose are not a host's to lift. */
export async function liftBounce(db: Db, { eventId, guestId, hostId }: SuppressedGuest): Promise<void> {
  await sql`
    delete from suppressions s using guests g
    where g.id = ${guestId} and g.event_id = ${eventId} and s.address = lower(g.email)
      and s.host_id = ${hostId} and s.reason = 'hard_bounce'`.execute(db)
}
