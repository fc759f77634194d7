import type { Event } from '../../../api/contract/event.ts'
import { clock, fullDay, longDay, roughDistance } from '../time/words.ts'
import { startingWith } from '../words/numbers.ts'

/** "Five coming up. The next is tonight." */
export function comingUp(upcoming: readonly Event[], now: Date): string {
  const [next] = upcoming
  if (!next) return 'Nothing is coming up.'
  const count = startingWith(upcoming.length)
  const when = nextWords(next, now)
  return upcoming.length === 1 ? `One coming up, ${when}.` : `${count} coming up. The next is ${when}.`
}

function nextWords({ startsAt, timezone }: Event, now: Date): string {
  if (new Date(startsAt) <= now) return 'on now'
  const tomorrow = new Date(now.getTime() + 86_400_000)
  if (longDay(startsAt, timezone) === longDay(now, timezone))
    return clock(startsAt, timezone) >= '17' ? 'tonight' : 'today'
  if (longDay(startsAt, timezone) === longDay(tomorrow, timezone)) return 'tomorrow'
  const days = (new Date(startsAt).getTime() - now.getTime()) / 86_400_000
  return days < 7 ? `on ${fullDay(startsAt, timezone)}` : roughDistance(startsAt, now)
}
