import type { RsvpAnswer } from '../../domain/rsvp.ts'

/** How guests say it, on buttons and afterwards. */
export const answerWords: Record<RsvpAnswer, string> = {
  attending: 'I’ll be there',
  maybe: 'Maybe',
  declined: 'I can’t make it',
}

/** The first of somebody's names, for speaking to them; names are not taken apart for anything else. */
export function firstWord(name: string): string {
  return name.trim().split(/\s+/)[0] ?? name
}

/** "13 March", by the clocks of a zone. */
export function dayIn(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone }).format(instant)
}

/** "Sunday", of a wall time. */
export function weekdayOf(localStart: string): string {
  const day = new Date(`${localStart.slice(0, 10)}T00:00:00Z`)
  return new Intl.DateTimeFormat('en-GB', { weekday: 'long', timeZone: 'UTC' }).format(day)
}
