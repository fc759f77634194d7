import { sql } from 'kysely'
import type { RsvpStatus } from '../domain/rsvp.ts'
import type { Db } from './database.ts'
import { guestColumns, type GuestRow } from './guests.ts'

export type GuestList = {
  eventId: string
  statuses?: readonly RsvpStatus[]
  tag?: string
  /** Part of the name or address, whatever the case and the accents. */
  q?: string
  /** The id of the last guest that the page before showed. */
  after?: string
  limit: number
}

/** Guests in the order in which they came to the list: their ids grow with time. */
export function listGuests(db: Db, { eventId, statuses, tag, q, after, limit }: GuestList): Promise<GuestRow[]> {
  return db
    .selectFrom('guests')
    .select(guestColumns)
    .where('eventId', '=', eventId)
    .$if(statuses !== undefined, (query) => query.where('rsvpStatus', 'in', statuses!))
    .$if(tag !== undefined, (query) => query.where('tags', '@>', sql<string[]>`array[${tag}]::text[]`))
    .$if(q !== undefined, (query) => query.where('searchText', 'like', likeInside(q!)))
    .$if(after !== undefined, (query) => query.where('id', '>', after!))
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Every guest of an event in slices, for a file; memory holds one slice at a time. */
export async function* guestsInSlices(db: Db, eventId: string, sliceSize: number): AsyncGenerator<GuestRow[]> {
  let after: string | undefined
  for (;;) {
    const slice = await listGuests(db, { eventId, after, limit: sliceSize })
    if (slice.length > 0) yield slice
    if (slice.length < sliceSize) return
    after = slice.at(-1)!.id
  }
}

/** `%words%` in search form. The wildcards are escaped after that, because unaccent() writes some signs as wildcards. */
function likeInside(words: string) {
  return sql<string>`'%' || replace(replace(replace(search_form(${words}), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'`
}
