import type { Placeholder } from './placeholder.ts'
import { eventDate } from './placeholders/event-date.ts'
import { eventName } from './placeholders/event-name.ts'
import { guestName } from './placeholders/guest-name.ts'
import { rsvpLink } from './placeholders/rsvp-link.ts'
import { venue } from './placeholders/venue.ts'

/** All there are, in the order in which the composer offers them. */
export const placeholders: readonly Placeholder[] = [guestName, eventName, eventDate, venue, rsvpLink]

export function findPlaceholder(token: string): Placeholder | undefined {
  return placeholders.find((placeholder) => placeholder.token === token)
}
