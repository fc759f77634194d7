import type { FrozenEvent } from '../domain/content.ts'

type Dated = Pick<FrozenEvent, 'localStart' | 'localEnd' | 'timezone' | 'startsAt'>

// The stored wall time is written as it stands: formatted as if it were UTC, so neither this process's zone nor
// an outdated zone table can move it. The zone is only named, never used to calculate the hour.
const dayParts = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})

/** "Sunday, 14 March 2027, 18:00 (New York time)": the event's own clock, with the zone named. */
export function eventDate(event: Dated): string {
  return `${wallDay(event.localStart)}, ${wallClock(event.localStart)} (${zoneName(event.timezone, event.startsAt)})`
}

/** The same for the When block: the day, and from when to when. */
export function eventWhen(event: Dated): { day: string; hours: string } {
  const { localStart, localEnd, timezone, startsAt } = event
  const until =
    localEnd === undefined
      ? ''
      : ` to ${sameDay(localStart, localEnd) ? '' : `${wallDay(localEnd)}, `}${wallClock(localEnd)}`
  return { day: wallDay(localStart), hours: `${wallClock(localStart)}${until}, ${zoneName(timezone, startsAt)}` }
}

/** "New York time" where the zone is named after a place, else its distance from UTC at that instant: "UTC-5". */
export function zoneName(timezone: string, at: string): string {
  const place = timezone.split('/').at(-1)!
  const isNamedAfterPlace = timezone.includes('/') && !timezone.startsWith('Etc/')
  return isNamedAfterPlace ? `${place.replaceAll('_', ' ')} time` : offsetName(timezone, at)
}

function wallDay(local: string): string {
  const parts = dayParts.formatToParts(new Date(`${local.slice(0, 10)}T00:00:00Z`))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((p) => p.type === type)?.value ?? ''
  return `${part('weekday')}, ${part('day')} ${part('month')} ${part('year')}`
}

function wallClock(local: string): string {
  return local.slice(11, 16)
}

function sameDay(a: string, b: string): boolean {
  return a.slice(0, 10) === b.slice(0, 10)
}

function offsetName(timezone: string, at: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, timeZoneName: 'shortOffset' })
  const offset = format.formatToParts(new Date(at)).find((part) => part.type === 'timeZoneName')?.value ?? ''
  return offset.replace('GMT', 'UTC').replace(/\+0$/, '')
}
