/** What fits a list that one can still look through; typing narrows it. */
const shownMax = 60

/** The zone this browser lives in: the best guess for a new event. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

const all = [...new Set([ownZone, ...Intl.supportedValuesOf('timeZone'), 'UTC'])]

/** "America/Argentina/Buenos_Aires" -> "Buenos Aires". */
export function cityOf(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')
}

/** "New York time", as a sentence wants it. */
export function zoneWords(zone: string): string {
  return zone === 'UTC' ? 'UTC' : `${cityOf(zone)} time`
}

/** "UTC-5", of now or of the given moment. */
export function offsetOf(zone: string, at = new Date()): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(at)
  return (parts.find((part) => part.type === 'timeZoneName')?.value ?? '').replace('GMT', 'UTC')
}

export function findZones(query: string): string[] {
  const wanted = plain(query.split(',')[0] ?? '')
  const rank = (zone: string) => (plain(cityOf(zone)).startsWith(wanted) ? 0 : 1)
  return all
    .filter((zone) => plain(zone).includes(wanted))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, shownMax)
}

function plain(text: string): string {
  return text.trim().toLowerCase().replaceAll('_', ' ')
}
