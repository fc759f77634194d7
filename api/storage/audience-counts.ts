import { sql } from 'kysely'
import { ownReason } from './audience.ts'
import type { Db } from './database.ts'
import type { RsvpStatus } from './schema.gen.ts'

/** Answers the number of mails that an audience gets now. */
export type MailsFor = (statuses: readonly RsvpStatus[]) => number

/**
 * Counts the mails of every possible audience of an event in one statement, for a list of messages to different audiences.
 * Guests share an address only within a household, so each household's address is remembered with the answers behind it, and
 * gets one mail when the audience has any of them. A property test holds this against `countAudience`.
 *
 * It leaves the frequency cap out on purpose: a list tells how many a message is for. Who will have had enough mails by the time it goes is known
 * only then, and differs for each of the messages that are counted here together.
 */
export async function countEveryAudience(
  db: Db,
  event: { eventId: string; hostId: string; transactional: boolean },
): Promise<MailsFor> {
  const reachable = sql`guests g where g.event_id = ${event.eventId}::uuid and ${ownReason(event)} is null`
  const { rows } = await sql<{ answers: RsvpStatus[]; mails: number }>`
    select array[g.rsvp_status::text] as answers, count(*)::int as mails
    from ${reachable} and g.household is null
    group by g.rsvp_status
    union all
    select answers, count(*)::int
    from (
      select array_agg(distinct g.rsvp_status::text) as answers
      from ${reachable} and g.household is not null
      group by g.email
    ) addresses
    group by answers`.execute(db)

  return (statuses) =>
    rows.reduce((sum, row) => sum + (row.answers.some((answer) => statuses.includes(answer)) ? row.mails : 0), 0)
}
