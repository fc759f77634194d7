import { cityOf, ownZone } from './zones.ts'

type Zoned = { startsAt: string; endsAt?: string | null; timezone: string }

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Formatters are slow to make and lists need hundreds. One language, so that names and 24 hours agree with our words. */
function format(at: string | Date, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${timeZone} ${JSON.stringify(options)}`
  const formatter = formatters.get(key) ?? new Intl.DateTimeFormat('en-GB', { timeZone, ...options })
  formatters.set(key, formatter)
  return formatter.format(new Date(at)).replaceAll(',', '').replace('Sept', 'Sep')
}

export const clock = (at: string | Date, zone: string) =>
  format(at, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** "Sun 14 March 2027" */
export const longDay = (at: string | Date, zone: string) =>
  format(at, zone, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' })

/** "Sun 14 Mar" */
export const shortDay = (at: string | Date, zone: string) =>
  format(at, zone, { weekday: 'short', day: 'numeric', month: 'short' })

/** "14 March" */
export const plainDay = (at: string | Date, zone: string) => format(at, zone, { day: 'numeric', month: 'long' })

/** "Saturday 6 March" */
export const fullDay = (at: string | Date, zone: string) =>
  format(at, zone, { weekday: 'long', day: 'numeric', month: 'long' })

/** "March 2027" */
export const monthOf = (at: string | Date, zone: string) => format(at, zone, { month: 'long', year: 'numeric' })
export const weekday = (at: string | Date, zone: string) => format(at, zone, { weekday: 'short' })
export const dayNumber = (at: string | Date, zone: string) => format(at, zone, { day: 'numeric' })

/** "Sun 14 Mar, 18:00" */
export const shortWhen = (at: string | Date, zone: string) => `${shortDay(at, zone)}, ${clock(at, zone)}`

/** "Sun 14 March 2027, 18:00–22:00, New York" */
export function eventWhen({ startsAt, endsAt, timezone }: Zoned): string {
  const start = `${longDay(startsAt, timezone)}, ${clock(startsAt, timezone)}`
  return `${start}${endsAt ? untilWords(startsAt, endsAt, timezone) : ''}, ${cityOf(timezone)}`
}

function untilWords(startsAt: string, endsAt: string, zone: string): string {
  const sameDay = longDay(startsAt, zone) === longDay(endsAt, zone)
  return sameDay ? `–${clock(endsAt, zone)}` : ` to ${shortWhen(endsAt, zone)}`
}

/** "Mon 15 Mar, 00:00 for you in Berlin", or nothing when the clocks of both places agree. */
export function yourTime(at: string | Date, zone: string, yours = ownZone): string | undefined {
  const here = shortWhen(at, yours)
  if (here === shortWhen(at, zone)) return undefined
  const sameDay = shortDay(at, yours) === shortDay(at, zone)
  return `${sameDay ? clock(at, yours) : here} for you in ${cityOf(yours)}`
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** "in 7 days 20 h", "in 40 min", "3 days ago": at most two units, rounded down. */
export function distance(at: string | Date, now: Date): string {
  const ms = new Date(at).getTime() - now.getTime()
  const words = span(Math.abs(ms))
  if (words === undefined) return 'now'
  return ms > 0 ? `in ${words}` : `${words} ago`
}

/** "in 9 days": without the hours, where only the day matters. */
export const roughDistance = (at: string | Date, now: Date) => distance(at, now).replace(/(\d days?) \d+ h/, '$1')

function span(ms: number): string | undefined {
  const days = Math.floor(ms / day)
  const hours = Math.floor((ms % day) / hour)
  if (days > 13) return `${days} days`
  if (days > 0) return `${days === 1 ? '1 day' : `${days} days`}${hours > 0 ? ` ${hours} h` : ''}`
  const minutes = Math.floor((ms % hour) / minute)
  if (hours > 0) return `${hours} h${minutes > 0 ? ` ${minutes} min` : ''}`
  return minutes > 0 ? `${minutes} min` : undefined
}
