import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import type { FrozenEvent } from '../domain/content.ts'
import { oneLine } from './escape.ts'

/** Long descriptions belong on the event's page; calendars show the beginning. */
const descriptionLengthMax = 4_000

export type CalendarFile = { filename: string; contentType: string; content: string }

/**
 * The event for a guest's calendar (RFC 5545, method PUBLISH: an entry, not a meeting request, so no calendar mails an answer).
 * Times are instants in UTC, which every calendar shows in its owner's zone. The UID is the same wherever the file is had,
 * so that a later file with a higher `sequence` replaces the entry instead of adding another.
 */
export function calendarFile(
  event: FrozenEvent,
  options: { publicUrl: string; stampAt: string; url?: string; sequence?: number; cancelled?: boolean },
): CalendarFile {
  const calendar = ical({
    prodId: { company: 'Tidings', product: 'Tidings', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
  })
  calendar.createEvent({
    id: `${event.id}@${new URL(options.publicUrl).hostname}`,
    sequence: options.sequence ?? 0,
    stamp: new Date(options.stampAt),
    start: new Date(event.startsAt),
    end: event.endsAt === undefined ? null : new Date(event.endsAt),
    summary: oneLine(event.name),
    location: event.venue === undefined ? null : oneLine(event.venue),
    description: event.description === undefined ? null : manyLines(event.description),
    url: options.url ?? null,
    status: options.cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  })
  return {
    filename: 'event.ics',
    contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
    content: `${calendar.toString()}\r\n`,
  }
}

function manyLines(text: string): string {
  return text
    .slice(0, descriptionLengthMax)
    .split(/\r\n?|\n/)
    .map(oneLine)
    .join('\n')
}
