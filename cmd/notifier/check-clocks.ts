import type { Logger } from 'pino'
import { askClock } from '../../api/storage/clock.ts'
import type { Db } from '../../api/storage/database.ts'

/** A larger difference is no slow answer any more. Certificates, signatures and log times suffer from it; due times do not. */
const skewMaxMs = 5000

/** Zones whose rules have changed within the last years, and two of every day: where old time zone data shows first. */
const probes = [
  ['America/Mexico_City', '2030-07-01T12:00:00Z'], // no summer time since 2022
  ['Asia/Amman', '2030-01-15T12:00:00Z'], // summer time all year since 2022
  ['America/Nuuk', '2030-01-15T12:00:00Z'], // two hours behind since 2023
  ['Africa/Cairo', '2030-07-01T12:00:00Z'], // summer time again since 2023
  ['Asia/Almaty', '2030-01-15T12:00:00Z'], // one zone for all of Kazakhstan since 2024
  ['America/Asuncion', '2030-07-01T12:00:00Z'], // summer time all year since 2024
  ['Europe/Berlin', '2030-07-01T12:00:00Z'],
  ['America/New_York', '2030-01-15T12:00:00Z'],
] as const

/**
 * Compares this process's clock and time zone data with the database's, and says where they differ. Nothing depends on it: what is due
 * is decided by the database's clock, and reminders move by the zone data of the processes alone. But an operator should know.
 */
export async function checkClocks(db: Db, log: Logger, now: () => number = Date.now): Promise<void> {
  const asked = probes.map(([timezone, at]) => ({ timezone, at: new Date(at) }))
  const from = now()
  const database = await askClock(db, asked).catch((error: unknown) => {
    log.warn({ err: error }, 'the database’s clock and time zones could not be compared with this machine’s')
  })
  if (!database) return
  const middle = Math.round((from + now()) / 2)
  const skewMs = middle - database.now.getTime()
  if (Math.abs(skewMs) > skewMaxMs) {
    const clocks = { process: new Date(middle).toISOString(), database: database.now.toISOString(), skewMs }
    log.warn(clocks, 'this machine’s clock differs from the database’s, which decides; set both by NTP')
  }
  const differing = asked
    .map(({ timezone, at }, n) => ({ timezone, process: offsetMinutes(timezone, at), database: database.offsets[n]! }))
    .filter((each) => each.process !== each.database)
  if (differing.length > 0) {
    const versions = { tzdata: process.versions.tz, postgres: database.version }
    log.warn(
      { differing, ...versions },
      'time zone data differs between this process, which decides, and PostgreSQL; update the older',
    )
  }
}

/** Minutes east of UTC. */
function offsetMinutes(timezone: string, at: Date): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' })
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')!.value
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? ['', '+', '0', '0']
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}
