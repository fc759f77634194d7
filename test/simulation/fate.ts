import type { Weather } from './database/weather.ts'
import type { Climate } from './climate.ts'
import type { Random } from './time/random.ts'
import { nature, type Timeline } from './time/timeline.ts'
import type { Fleet } from './fleet.ts'

/** Shorter than a lease, about a lease, and long enough for somebody else to have taken over and finished. */
const freezeMs = { min: 2_000, max: 70_000 }
const awayMs = { min: 500, max: 15_000 }
/** A supervisor starts a dead process again. */
const restartMs = { min: 200, max: 40_000 }

/** Deals out the blows of the day, at moments that the seed chooses. After `troubleMs` none comes any more. */
export function dealBlows(fleet: Fleet, weather: Weather, timeline: Timeline, random: Random, climate: Climate) {
  const { kills, freezes, stops, outages, troubleMs } = climate
  const someTime = (times: number, what: string, act: () => void) => {
    for (let n = 0; n < times; n++) timeline.after(random.between(0, troubleMs), nature, what, act)
  }
  const restartAfterMs = () => random.between(restartMs.min, restartMs.max)

  someTime(kills, 'kill -9', () => fleet.kill(random.next(), restartAfterMs()))
  someTime(stops, 'SIGTERM', () => fleet.stop(random.next(), restartAfterMs()))
  someTime(freezes, 'SIGSTOP', () => fleet.freeze(random.next(), random.between(freezeMs.min, freezeMs.max)))
  someTime(outages, 'PostgreSQL restarts', () => weather.goAway(random.between(awayMs.min, awayMs.max)))
}
