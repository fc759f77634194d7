import type { Random } from '../time/random.ts'
import type { Timeline } from '../time/timeline.ts'

/** 'refused': it never reached the server. 'answerLost': it was done, and nobody is told (F45). */
export type StatementTrouble = 'refused' | 'answerLost' | undefined

/** A commit can also be refused by PostgreSQL itself (F46). */
export type CommitTrouble = StatementTrouble | { code: string; message: string }

/** Between processes and PostgreSQL: how long statements travel, and what befalls them. */
export type Weather = {
  travelMs(): number
  forStatement(): StatementTrouble
  forCommit(): CommitTrouble
  /** The server is down or being restarted (F42). */
  isAway(): boolean
  goAway(ms: number): void
  /** From now on all is well. */
  clear(): void
}

/** A statement on a local network travels for less than a millisecond; a few wait for a checkpoint or a full queue. */
const usualTravelMs = 1.5
const slowTravelMaxMs = 400
const slowShare = 0.02

const refusedByServer = [
  { code: '40P01', message: 'deadlock detected' },
  { code: '40001', message: 'could not serialize access due to concurrent update' },
]

export function createWeather(random: Random, timeline: Timeline, troubleShare: number): Weather {
  let share = troubleShare
  let awayUntil = 0

  function forStatement(): StatementTrouble {
    if (!random.chance(share)) return undefined
    return random.chance(0.5) ? 'refused' : 'answerLost'
  }

  return {
    travelMs: () =>
      random.chance(slowShare) ? random.between(1, slowTravelMaxMs) : random.between(0.1, 2 * usualTravelMs),
    forStatement,
    forCommit: () => (random.chance(share / 2) ? random.pick(refusedByServer) : forStatement()),
    isAway: () => timeline.now < awayUntil,
    goAway: (ms) => void (awayUntil = Math.max(awayUntil, timeline.now + ms)),
    clear() {
      share = 0
      awayUntil = 0
    },
  }
}
