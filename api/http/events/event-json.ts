import type { Event, RsvpStats } from '../../contract/event.ts'
import type { Branding } from '../../domain/content.ts'
import type { Role } from '../../domain/roles.ts'
import type { EventRow } from '../../storage/events.ts'
import { instant } from '../instant.ts'

export type EventView = EventRow & { role: Role; hostName: string; stats: RsvpStats }

/** An event as one person sees it. */
export function eventJson(view: EventView): Event {
  const { id, name, localStart, localEnd, timezone, venue, description, capacity, status } = view
  return {
    ...{ id, name, localStart, localEnd, timezone, venue, description, capacity, status },
    ...{ role: view.role, hostName: view.hostName, stats: view.stats, version: view.version },
    branding: view.branding as Branding,
    startsAt: view.startsAt.toISOString(),
    endsAt: instant(view.endsAt),
    rsvpUntil: instant(view.rsvpUntil),
    cancelledAt: instant(view.cancelledAt),
    createdAt: view.createdAt.toISOString(),
    updatedAt: view.updatedAt.toISOString(),
  }
}
