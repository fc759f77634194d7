import { parseAbsolute, parseDateTime, toZoned } from '@internationalized/date'
import { clock, yourTime } from './words.ts'
import { ownZone, zoneWords } from './zones.ts'

/** A wall time in a zone as an instant. An hour that the clocks skip is taken as the hour after, as the server does. */
export function instantOf(local: string, zone: string): Date {
  return toZoned(parseDateTime(local), zone, 'compatible').toDate()
}

/** The wall time that a zone shows at an instant: "2027-03-14T18:00". */
export function localOf(at: string, zone: string): string {
  return parseAbsolute(at, zone).toString().slice(0, 16)
}

export function addDays(date: string, days: number): string {
  return parseDateTime(`${date}T00:00`).add({ days }).toString().slice(0, 10)
}

/** Tells what the clocks do to a wall time: skipped in spring, twice in autumn; or what it is for somebody elsewhere. */
export function zoneHelp(local: string | undefined, zone: string, yours = ownZone): string {
  if (!local) return `Times are ${zoneWords(zone)}.`
  const at = instantOf(local, zone)
  if (clock(at, zone) !== local.slice(11, 16)) {
    return `Clocks go forward then: ${local.slice(11, 16)} does not exist that day, so it begins at ${clock(at, zone)}.`
  }
  const elsewhere = yourTime(at, zone, yours)
  return elsewhere ? `${zoneWords(zone)}. ${elsewhere}.` : `${zoneWords(zone)}, the same as yours.`
}
