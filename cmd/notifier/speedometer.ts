import type { Clock } from './clock.ts'

/** Calls are counted in windows of this length; the last whole one is the speed. */
const windowMs = 2000

/** How many calls this process makes. */
export function createSpeedometer(clock: Clock) {
  let windowAt = clock.now()
  let calls = 0
  let lastWindow = 0

  return {
    /** One call has been answered. */
    count() {
      const now = clock.now()
      if (now - windowAt >= windowMs) {
        lastWindow = (calls * 1000) / (now - windowAt)
        windowAt = now
        calls = 0
      }
      calls += 1
    },
    callsPerSecond: () => Math.max(lastWindow, (calls * 1000) / windowMs),
  }
}
