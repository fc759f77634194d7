import type { Event } from '../../../../api/contract/event.ts'
import { guests } from '../words.ts'

const hourMs = 3_600_000
/** Before this, every seeded reminder still has its time. */
const lateHours = 24

type About = Pick<Event, 'createdAt' | 'startsAt' | 'stats'>

/** What is so, and why: most often the event was made too late for its reminders. */
export function whyEmpty({ createdAt, startsAt, stats }: About): string {
  const hours = Math.floor((Date.parse(startsAt) - Date.parse(createdAt)) / hourMs)
  const reach =
    stats.invited === 0
      ? 'Invite guests first, then write to them.'
      : `A short note reaches all ${guests(stats.invited)}.`
  if (hours < 0 || hours >= lateHours) return `No reminder is scheduled, and nothing was sent. ${reach}`
  const span = hours === 0 ? 'less than an hour' : hours === 1 ? 'one hour' : `${hours} hours`
  return `You made this event ${span} before it starts, so every reminder time had already passed. ${reach}`
}
