import { Temporal } from 'temporal-polyfill'
import { read, unread, type Reading } from './reading.ts'

/** Instants are only defined for years in which the IANA rules mean something; an event of 1969 or 2200 is a slip of the finger. */
export const earliestYear = 1970
export const latestYear = 2199
/** Whoever plans for their grandchildren may; what is later is a slip of the finger, and a message would wait for good. */
export const yearsAheadMax = 100

const wallTimeShape = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):([0-5]\d)(?::00)?$/
const clockShape = /^(?:[01]\d|2[0-3]):[0-5]\d$/

/** The longest name in the IANA database has 32 letters; this bounds what we hand to it. */
const timeZoneLengthMax = 64
const areaAndPlace = /^[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+){1,2}$/
const fixedOffsets = /^(?:Etc|SystemV)\//i

/** Reads a wall time to the minute, "2027-03-14T18:00", the shape that date-time inputs send. It is written back without seconds. */
export function readWallTime(text: string): Reading<string> {
  const match = wallTimeShape.exec(text.trim())
  if (!match) return unread('Write the time as a date, a T and a time from 00:00 to 23:59, such as 2027-03-14T18:00.')

  const [, year, month, day, hour, minute] = match.map(Number)
  if (year! < earliestYear || year! > latestYear) {
    return unread(`The year must be between ${earliestYear} and ${latestYear}.`)
  }
  try {
    const date = Temporal.PlainDateTime.from(
      { year: year!, month: month!, day: day!, hour, minute },
      { overflow: 'reject' },
    )
    return read(date.toString({ smallestUnit: 'minute' }))
  } catch {
    return unread(`There is no ${match[0].slice(0, 10)} in the calendar. Check the day and the month.`)
  }
}

/** Reads a time of day, "09:00". */
export function readClock(text: string): Reading<string> {
  return clockShape.test(text) ? read(text) : unread('Write the time of day from 00:00 to 23:59, such as 09:00.')
}

/**
 * Reads the name of an IANA time zone. Abbreviations and offsets ("EST", "GMT+5", "+14:00") are refused: they do not know
 * when clocks change, so reminders would be an hour wrong. An alias (Asia/Calcutta, US/Eastern) is kept as the host gave it,
 * in the database's own letter case: it follows the same rules, and it is the name that the host will look for.
 */
export function readTimeZone(text: string): Reading<string> {
  const name = text.trim()
  const known =
    name.length <= timeZoneLengthMax && (/^utc$/i.test(name) || areaAndPlace.test(name)) ? nameOfZone(name) : undefined
  if (known === undefined || (fixedOffsets.test(known) && known !== 'Etc/UTC')) {
    return unread('Choose the time zone by its place, such as America/New_York or Asia/Kathmandu.')
  }
  return read(known)
}

function nameOfZone(name: string): string | undefined {
  try {
    return Temporal.PlainDateTime.from('2000-01-01T00:00').toZonedDateTime(name).timeZoneId
  } catch {
    return undefined
  }
}

/**
 * The instant of a wall time. RFC 5545 section 3.3.5 and Temporal's "compatible" rule agree: a time that the clocks skip is read
 * with the offset before the gap, which lands after it; of a time that comes twice, the first is meant.
 */
export function instantOf(wallTime: string, timezone: string): Date {
  const at = Temporal.PlainDateTime.from(wallTime).toZonedDateTime(timezone, { disambiguation: 'compatible' })
  return new Date(at.epochMilliseconds)
}

/** What the clocks of the zone show at an instant, to the minute. */
export function wallTimeAt(instant: Date, timezone: string): string {
  const at = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timezone)
  return at.toPlainDateTime().toString({ smallestUnit: 'minute' })
}

/** Whether the clocks of the zone skip this wall time or show it twice, so that the host can be told what will happen. */
export function clockChangeAt(wallTime: string, timezone: string): 'skipped' | 'repeated' | null {
  const local = Temporal.PlainDateTime.from(wallTime)
  const earlier = local.toZonedDateTime(timezone, { disambiguation: 'earlier' })
  const later = local.toZonedDateTime(timezone, { disambiguation: 'later' })
  if (earlier.epochMilliseconds === later.epochMilliseconds) return null
  return earlier.toPlainDateTime().equals(local) ? 'repeated' : 'skipped'
}

export type CalendarStep = { years?: number; months?: number; days?: number }

/**
 * Walks the calendar and keeps the clock: a month before 31 March is the last day of February, a year after 29 February is the
 * 28th. Elapsed time is never used for days, because a day is not always 24 hours long.
 */
export function shiftCalendar(wallTime: string, step: CalendarStep): string {
  return Temporal.PlainDateTime.from(wallTime).add(step, { overflow: 'constrain' }).toString({ smallestUnit: 'minute' })
}

/** The same day at another time of day. */
export function atClock(wallTime: string, clock: string): string {
  return `${wallTime.slice(0, 10)}T${clock}`
}

/**
 * Whether an instant is more than `yearsAheadMax` calendar years ahead. One that stood there before (`was`) is not judged again, so that
 * what stands beside it can be mended.
 */
export function isTooFar(at: Date | null | undefined, was: Date | null | undefined, now: Date): boolean {
  if (!at || at.getTime() === was?.getTime()) return false
  const last = new Date(now)
  last.setUTCFullYear(now.getUTCFullYear() + yearsAheadMax)
  return at > last
}
