import type { Clock } from './clock.ts'

/**
 * Outcomes and marks per line that are worth a statement: all lines, each with both. What it costs to begin and commit a statement is
 * thirty times what a row costs (measured: 1.5 takes a third less of the database than 0.5, and more than 2 leaves lines idle).
 */
const worthwhilePerLine = 2

/** Fewer wait this long for others to join; nothing beside the time that a relay takes to answer. */
const gatherMs = 2

/** Lets a page that is not worth a statement yet wait a moment. `joined` is called when more has come, and `fitting` says what it holds by now. */
export function createGathering(clock: Clock, linesMax: number, fitting: () => number) {
  const worthwhile = linesMax * worthwhilePerLine
  let isWorthwhile: (() => void) | undefined

  const isEnough = () => fitting() >= worthwhile

  return {
    isEnough,
    async gather() {
      // The sleep is not broken off: it is over soon, and doing so would cost as much as a mail.
      const others = new Promise<void>((resolve) => (isWorthwhile = resolve))
      await Promise.race([others, clock.sleep(gatherMs)])
      isWorthwhile = undefined
    },
    joined() {
      if (isWorthwhile && isEnough()) isWorthwhile()
    },
  }
}
