import { sql, type RawBuilder } from 'kysely'
import type { Db } from './database.ts'

export const moments = ['accepted', 'delivered', 'opened', 'clicked', 'attending', 'maybe', 'declined'] as const
export type Moment = (typeof moments)[number]

/** `step` is the number of the step from 0 on; what is beyond the last one has the number after it. */
export type TimelineRow = { step: number; moment: Moment; n: number }

/**
 * What happened after a message fired, counted per step, in one statement that reads each of its rows and each guest of the event once, and
 * groups them by one moment after the other. Of a guest's answers only the latest is known.
 */
export async function readTimeline(
  db: Db,
  { messageId, eventId, firedAt }: { messageId: string; eventId: string; firedAt: Date },
  { stepMs, steps }: { stepMs: number; steps: number },
): Promise<TimelineRow[]> {
  // A provider's clock may be behind ours: nothing happens before the beginning. `date_part`, for `extract` counts in decimals.
  const stepOf = (at: RawBuilder<unknown>) => sql`case when ${at} is not null then
    least(greatest(floor(date_part('epoch', ${at} - ${firedAt}::timestamptz) * 1000 / ${stepMs}), 0), ${steps})::int end`
  const { rows } = await sql<TimelineRow>`
    select coalesce(accepted, delivered, opened, clicked) as step,
      case 0 when grouping(accepted) then 'accepted' when grouping(delivered) then 'delivered' when grouping(opened) then 'opened'
        else 'clicked' end as moment,
      count(*)::int as n
    from (
      select ${stepOf(sql`case when d.state = 'accepted' then d.accepted_at end`)} as accepted, ${stepOf(sql`d.delivered_at`)} as delivered,
        ${stepOf(sql`d.opened_at`)} as opened, ${stepOf(sql`d.clicked_at`)} as clicked
      from message_deliveries d where d.message_id = ${messageId}
    ) happened
    group by grouping sets (accepted, delivered, opened, clicked)
    having coalesce(accepted, delivered, opened, clicked) is not null
    union all
    select ${stepOf(sql`g.responded_at`)}, g.rsvp_status::text, count(*)::int
    from guests g
    where g.event_id = ${eventId} and g.responded_at >= ${firedAt} and g.rsvp_status <> 'pending'
    group by 1, 2`.execute(db)
  return rows
}
