import { noticesPerDayMax } from './refusals/notice-limit-reached.ts'

/** Days slide: a limit that began anew at midnight would allow six notices around it. */
export const noticeDayMs = 24 * 3_600_000

/** Whether a notice at this time would make some 24 hours hold more than an event may have. `others` are the times of its other notices. */
export function isOneNoticeTooMany(at: Date, others: readonly Date[]): boolean {
  const times = [at, ...others].map((time) => time.getTime()).sort((a, b) => a - b)
  return times.some((from, first) => {
    const after = times[first + noticesPerDayMax]
    const holdsThis = from <= at.getTime() && after !== undefined && at.getTime() <= after
    return holdsThis && after - from < noticeDayMs
  })
}
