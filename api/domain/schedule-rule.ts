import { atClock, instantOf, readClock, shiftCalendar } from './event-time.ts'
import { read, unread, type Reading } from './reading.ts'

/**
 * When a message goes out, told from the event, so that it moves when the event moves.
 * Days walk the calendar of the event's zone; hours are hours that pass. With `atLeastHoursBefore` the message goes at
 * `localTime` or that many hours before the start, whichever comes first: a breakfast gets its day-of reminder in time.
 */
export type ScheduleRule =
  | { daysBefore: number; localTime: string; atLeastHoursBefore?: number }
  | { hoursBefore: number }

/** Events are planned a year ahead; "before" starts at the day itself. */
export const daysBeforeMax = 365
/** Thirty days. Beyond that nobody counts in hours, and days keep the time of day across a clock change. */
export const hoursBeforeMax = 720

const hourMs = 3_600_000

export type EventClock = { localStart: string; timezone: string }

/** The instant that a rule means for an event. */
export function instantOfRule(rule: ScheduleRule, event: EventClock): Date {
  if ('hoursBefore' in rule) return hoursBefore(event, rule.hoursBefore)

  const day = shiftCalendar(event.localStart, { days: -rule.daysBefore })
  const atLocalTime = instantOf(atClock(day, rule.localTime), event.timezone)
  if (rule.atLeastHoursBefore === undefined) return atLocalTime
  const latest = hoursBefore(event, rule.atLeastHoursBefore)
  return latest < atLocalTime ? latest : atLocalTime
}

/** Reads a rule from outside. Every number is bounded, and a time of day is required where days are counted. */
export function readScheduleRule(value: unknown): Reading<ScheduleRule> {
  if (typeof value !== 'object' || value === null) return unread(shapes)
  const rule = value as Record<string, unknown>
  return 'hoursBefore' in rule ? readHoursRule(rule) : readDaysRule(rule)
}

export function sameRule(a: ScheduleRule | null, b: ScheduleRule | null): boolean {
  return a === b || (a !== null && b !== null && printRule(a) === printRule(b))
}

const shapes = 'Say how many hours before the start, or how many days before and at what time of day.'

function readHoursRule(rule: Record<string, unknown>): Reading<ScheduleRule> {
  if (Object.keys(rule).length > 1) return unread(shapes)
  const hours = wholeNumber(rule['hoursBefore'], 1, hoursBeforeMax)
  if (hours === undefined) return unread(`Hours before must be a whole number from 1 to ${hoursBeforeMax}.`)
  return read({ hoursBefore: hours })
}

function readDaysRule(rule: Record<string, unknown>): Reading<ScheduleRule> {
  const days = wholeNumber(rule['daysBefore'], 0, daysBeforeMax)
  if (days === undefined) return unread(`Days before must be a whole number from 0 to ${daysBeforeMax}.`)
  const clock = readClock(String(rule['localTime'] ?? ''))
  if (!clock.ok) return clock
  const base = { daysBefore: days, localTime: clock.value }
  if (rule['atLeastHoursBefore'] === undefined) return read(base)

  const atLeast = wholeNumber(rule['atLeastHoursBefore'], 1, hoursBeforeMax)
  if (atLeast === undefined) return unread(`Hours before must be a whole number from 1 to ${hoursBeforeMax}.`)
  return read({ ...base, atLeastHoursBefore: atLeast })
}

function wholeNumber(value: unknown, min: number, max: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined
}

function hoursBefore(event: EventClock, hours: number): Date {
  return new Date(instantOf(event.localStart, event.timezone).getTime() - hours * hourMs)
}

function printRule(rule: ScheduleRule): string {
  return 'hoursBefore' in rule
    ? `${rule.hoursBefore}h`
    : `${rule.daysBefore}d ${rule.localTime} ${rule.atLeastHoursBefore ?? '-'}`
}
