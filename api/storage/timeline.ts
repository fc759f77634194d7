import { sql } from 'kysely'
import type { Db } from './database.ts'

export const moments = ['accepted', 'delivered', 'opened', 'clicked', 'attending', 'maybe', 'declined'] as const
export type Moment = (typeof moments)[number]

/** `step` is the number of the step from 0 on; what is beyond the last one has the number after it. */
export type TimelineRow = { step: number; moment: Moment; n: number }

/**
 * What happened after a message fired, counted per step, in one statement that reads each of its rows and each guest of the event once.
 * Of a guest's answers only the latest is known.
 */
export async function readTimeline(
  db: Db,
  { messageId, eventId, firedAt }: { messageId: string; eventId: string; firedAt: Date },
  { stepMs, steps }: { stepMs: number; steps: number },
): Promise<TimelineRow[]> {
  // A provider's clock may be behind ours: nothing happens before the beginning.
  const step = sql`least(greatest(floor(extract(epoch from x.at - ${firedAt}::timestamptz) * 1000 / ${stepMs}), 0), ${steps})::int`
  const { rows } = await sql<TimelineRow>`
    select ${step} as step, x.moment, count(*)::int as n
    from message_deliveries d
    cross join lateral (values ('accepted', case when d.state = 'accepted' then d.accepted_at end), ('delivered', d.delivered_at),
      ('opened', d.opened_at), ('clicked', d.clicked_at)) as x(moment, at)
    where d.message_id = ${messageId} and x.at is not null
    group by 1, 2
    union all
    select ${step}, x.moment, count(*)::int
    from (
      select g.rsvp_status::text as moment, g.responded_at as at from guests g
      where g.event_id = ${eventId} and g.responded_at >= ${firedAt} and g.rsvp_status <> 'pending'
    ) x
    group by 1, 2`.execute(db)
  return rows
}
