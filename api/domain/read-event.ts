import { readDescription, readEventName, readVenue } from './event-text.ts'
import type { EditableStatus } from './event-status.ts'
import { earliestYear, instantOf, isTooFar, latestYear, readTimeZone, readWallTime } from './event-time.ts'
import type { Branding } from './content.ts'
import { read, unread, type Reading } from './reading.ts'
import { refusals } from './refusals.ts'
import { refused, type Refused } from './refusals/refusal.ts'

/** An event as a host writes it. Instants are derived from the wall time and its zone, never given. */
export type EventInput = {
  name: string
  localStart: string
  timezone: string
  localEnd?: string | null
  venue?: string | null
  description?: string | null
  capacity?: number | null
  rsvpUntil?: string | null
  branding?: Branding
  status?: EditableStatus
}

export type WrittenEvent = {
  name: string
  localStart: string
  localEnd: string | null
  timezone: string
  startsAt: Date
  endsAt: Date | null
  venue: string | null
  description: string | null
  capacity: number | null
  rsvpUntil: Date | null
  branding: Branding
  status: EditableStatus
}

/**
 * Reads the whole event, new or as an edit leaves it, and says which field needs another look. Dates that an event has already
 * (`was`) are not judged again, so that its name can be mended whatever its year.
 */
export function readEvent(
  input: EventInput,
  now: Date,
  was?: Pick<WrittenEvent, 'startsAt' | 'endsAt'>,
): { kind: 'read'; event: WrittenEvent } | Refused {
  const name = readEventName(input.name)
  if (!name.ok) return wrong('name', name)
  if (name.value === null) return wrong('name', { problem: 'Give the event a name.' })
  const timezone = readTimeZone(input.timezone)
  if (!timezone.ok) return wrong('timezone', timezone)
  const localStart = readWallTime(input.localStart)
  if (!localStart.ok) return wrong('localStart', localStart)
  const localEnd = ifGiven(input.localEnd, readWallTime)
  if (!localEnd.ok) return wrong('localEnd', localEnd)
  const venue = ifGiven(input.venue, readVenue)
  if (!venue.ok) return wrong('venue', venue)
  const description = ifGiven(input.description, readDescription)
  if (!description.ok) return wrong('description', description)

  const rsvpUntil = readInstant(input.rsvpUntil)
  if (!rsvpUntil.ok) return wrong('rsvpUntil', rsvpUntil)

  const startsAt = instantOf(localStart.value, timezone.value)
  const endsAt = localEnd.value === null ? null : instantOf(localEnd.value, timezone.value)
  // Both are compared: a night when the clocks go back has an hour that comes twice.
  const isBackwards = endsAt !== null && (endsAt <= startsAt || localEnd.value! <= localStart.value)
  if (isBackwards) return refused(refusals.endBeforeStart)
  if (isTooFar(startsAt, was?.startsAt, now)) return refused(refusals.eventTooFar, { field: 'localStart' })
  if (isTooFar(endsAt, was?.endsAt, now)) return refused(refusals.eventTooFar, { field: 'localEnd' })

  const { capacity = null, branding = {}, status = 'published' } = input
  return {
    kind: 'read',
    event: {
      name: name.value,
      localStart: localStart.value,
      localEnd: localEnd.value,
      timezone: timezone.value,
      ...{ startsAt, endsAt, venue: venue.value, description: description.value },
      ...{ capacity, rsvpUntil: rsvpUntil.value, branding, status },
    },
  }
}

function ifGiven<T>(text: string | null | undefined, readText: (text: string) => Reading<T>): Reading<T | null> {
  return text === null || text === undefined || text.trim() === '' ? read(null) : readText(text)
}

/** RFC 3339 also allows a leap second, which no clock of ours shows. */
function readInstant(text: string | null | undefined): Reading<Date | null> {
  if (text === null || text === undefined) return read(null)
  const instant = new Date(text)
  const year = instant.getUTCFullYear()
  if (year < earliestYear || year > latestYear) return unread(`Choose a year from ${earliestYear} to ${latestYear}.`)
  return Number.isNaN(year) ? unread('Write the time as an instant such as 2027-03-14T22:00:00Z.') : read(instant)
}

function wrong(field: string, { problem }: { problem: string }): Refused {
  return refused(refusals.fieldInvalid, { field, problem })
}
