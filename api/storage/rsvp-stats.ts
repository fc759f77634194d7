import { sql, type RawBuilder } from 'kysely'
import type { Db } from './database.ts'

/** Answers of an event's guests. `headcount` counts people: the party sizes of those attending. */
export type StatsRow = {
  invited: number
  attending: number
  maybe: number
  declined: number
  pending: number
  unsubscribed: number
  headcount: number
}

export async function getStats(db: Db, eventId: string): Promise<StatsRow> {
  const { rows } = await rsvpStats(sql`${eventId}::uuid`).execute(db)
  return rows[0]!
}

/** Of several events, in one statement and so of one moment. Ids that are none of ours are passed over. */
export async function readStats(db: Db, eventIds: readonly string[]): Promise<(StatsRow & { id: string; at: Date })[]> {
  const { rows } = await sql<StatsRow & { id: string; at: Date }>`
    select e.id, now() as at, s.* from events e cross join lateral (${rsvpStats(sql`e.id`)}) s
    where e.id = any(${[...eventIds]}::uuid[])`.execute(db)
  return rows
}

/** Counted afresh each time: one pass over the guests of one event, read from an index. */
export function rsvpStats(eventId: RawBuilder<unknown>): RawBuilder<StatsRow> {
  return sql<StatsRow>`
    select count(*)::int as invited,
      (count(*) filter (where rsvp_status = 'attending'))::int as attending,
      (count(*) filter (where rsvp_status = 'maybe'))::int as maybe,
      (count(*) filter (where rsvp_status = 'declined'))::int as declined,
      (count(*) filter (where rsvp_status = 'pending'))::int as pending,
      (count(*) filter (where unsubscribed_at is not null))::int as unsubscribed,
      coalesce(sum(party_size) filter (where rsvp_status = 'attending'), 0)::int as headcount
    from guests where event_id = ${eventId}`
}
