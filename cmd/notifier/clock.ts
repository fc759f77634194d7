import { setImmediate as round, setTimeout as wait } from 'node:timers/promises'

/** This process's own time. What is due and whose lease has ended is for the database's clock to say. */
export type Clock = {
  /** Milliseconds of a clock that never goes back; only differences mean something. */
  now(): number
  /** Resolves after `ms`, or as soon as `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Resolves in the next round of the event loop: whatever has been begun by now has gone as far as it gets without an answer. */
  nextRound(): Promise<void>
  /** Acts every `ms` until the function it returns is called. */
  every(ms: number, act: () => void): () => void
}

/** A parameter rather than a habit, so that a simulation can run hours of sending in a second and repeat them exactly. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}),
  nextRound: () => round(),
  every(ms, act) {
    const timer = setInterval(act, ms)
    return () => clearInterval(timer)
  },
}
