import type { Clock } from '../../../cmd/notifier/clock.ts'
import type { Actor, Timeline } from './timeline.ts'

/** Node's timers wait for a millisecond at least; without that, waiting for half a microsecond would never end. */
const shortestMs = 1

/** How the clock of one machine differs from the truth. */
export type Skew = {
  /** What it shows too much, in milliseconds. */
  aheadMs: number
  /** Seconds that it counts in a true second; quartz is off by tens of millionths. */
  rate: number
}

/**
 * A process as the simulation sees it: it can be killed, and then nothing reaches it any more; it can be frozen, as SIGSTOP or a
 * stop-the-world pause do, and then everything reaches it late, and it does not know.
 */
export class SimProcess implements Actor {
  readonly name: string
  readonly timeline: Timeline
  readonly skew: Skew
  isDead = false
  frozenUntil = 0

  constructor(name: string, timeline: Timeline, skew: Skew) {
    this.name = name
    this.timeline = timeline
    this.skew = skew
  }

  /** Happens to this process after `ms`, if it still lives. */
  after(ms: number, what: string, act: () => unknown) {
    this.timeline.after(ms, this, what, act)
  }

  freeze(ms: number) {
    this.frozenUntil = Math.max(this.frozenUntil, this.timeline.now + ms)
  }

  /** What its wall clock is ahead of the truth by now. */
  get aheadMs(): number {
    return this.skew.aheadMs + this.timeline.now * (this.skew.rate - 1)
  }

  /** The clock that the notifier works with. Its zero means nothing, as with `performance.now()`. */
  readonly clock: Clock = {
    now: () => this.timeline.now + this.aheadMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        signal?.addEventListener('abort', () => resolve(), { once: true })
        this.after(Math.max(ms, shortestMs) / this.skew.rate, 'wakes', resolve)
      }),
    nextRound: () => Promise.resolve(),
    every: (ms, act) => {
      let isOver = false
      const next = () => {
        this.after(ms / this.skew.rate, 'beats', () => {
          if (isOver) return
          next()
          act()
        })
      }
      next()
      return () => void (isOver = true)
    },
  }
}
