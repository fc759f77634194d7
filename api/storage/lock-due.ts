import { sql, type Selectable } from 'kysely'
import type { DueMessage } from '../domain/firing.ts'
import type { TrackingChoice } from '../domain/tracking.ts'
import type { Db } from './database.ts'
import { eventLetsGo } from './due.ts'
import { isHeld } from './hold.ts'
import type { Events, ScheduledMessages } from './schema.gen.ts'

/** A message that is to fire and the event that it belongs to, both locked. */
export type Due = {
  message: Omit<Selectable<ScheduledMessages>, 'sendAt'> & Pick<DueMessage, 'sendAt' | 'firstKind'>
  event: LockedEvent
  /** Another reminder of the event is due as well, which makes this one pointless. */
  nextIsDue: boolean
  /** The database's time. */
  now: Date
}

/** With what its host has decided. */
type LockedEvent = Selectable<Events> & TrackingChoice & { hostName: string; hostEmail: string }

/** Locks those of the messages that are still due, in the order of `ids`; what somebody else has locked is left out. */
export async function lockDue(db: Db, ids: readonly string[]): Promise<Due[]> {
  const { rows: events } = await sql<LockedEvent>`
    select e.*, u.name as host_name, u.email as host_email,
      coalesce(s.track_opens, false) as track_opens, coalesce(s.track_clicks, false) as track_clicks
    from events e join users u on u.id = e.host_id left join host_settings s on s.host_id = e.host_id
    where e.id in (select event_id from scheduled_messages where id = any(${[...ids]}::uuid[]))
    for no key update of e skip locked`.execute(db)
  const { rows: messages } = await sql<Due['message'] & Pick<Due, 'nextIsDue' | 'now'>>`
    select m.*, now() as now, (select kind from scheduled_messages first where first.id = m.resend_of) as first_kind,
      m.kind = 'reminder' and exists (
      select from scheduled_messages later
      where later.event_id = m.event_id and later.kind = 'reminder' and later.status = 'scheduled'
        and later.send_at > m.send_at and later.send_at <= now()
      ) as next_is_due
    from scheduled_messages m join events e on e.id = m.event_id
    where m.id = any(${[...ids]}::uuid[]) and e.id = any(${events.map(({ id }) => id)}::uuid[])
      and m.status = 'scheduled' and m.send_at <= now() and ${eventLetsGo} and not ${isHeld}
    order by array_position(${[...ids]}::uuid[], m.id)
    for update of m skip locked`.execute(db)
  const eventOf = new Map(events.map((event) => [event.id, event]))
  return messages.map(({ nextIsDue, now, ...message }) => ({
    message,
    event: eventOf.get(message.eventId)!,
    nextIsDue,
    now,
  }))
}
