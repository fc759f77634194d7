const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Lengths of a step that a reader of a chart can name. */
const stepsMs = [1, 2, 5, 10, 15, 30, 60, 120, 180].map((minutes) => minutes * minuteMs)

/** As many as a chart can show as bars on a telephone. */
export const stepsMax = 60

/** A week is when a mail has done what it does. What comes later is counted, without a step of its own. */
const shownForMs = 7 * 24 * hourMs

/** The steps of a timeline that begins when a message fired: the shortest of which sixty reach until now, or until a week is over. */
export function timelineSteps(firedAt: Date, now: Date): { stepMs: number; steps: number } {
  const shownMs = Math.min(Math.max(now.getTime() - firedAt.getTime(), 0), shownForMs)
  const stepMs = stepsMs.find((step) => shownMs < step * stepsMax) ?? stepsMs.at(-1)!
  return { stepMs, steps: Math.min(stepsMax, Math.floor(shownMs / stepMs) + 1) }
}
