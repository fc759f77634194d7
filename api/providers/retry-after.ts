/** A provider that asks for less than a second has been asked too fast already. */
const shortestMs = 1_000
/** One that asks for more than an hour is mistaken, or means a quota, which is looked at once an hour. */
const longestMs = 3_600_000

/**
 * Reads a Retry-After header: seconds or a date, kept between a second and an hour.
 * @returns how long to wait from `now`, or `otherwiseMs` when it says nothing sensible.
 */
export function retryAfterMs(header: string | null | undefined, now: number, otherwiseMs = shortestMs): number {
  const text = header?.trim() ?? ''
  const waitMs = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now
  return Number.isNaN(waitMs) ? otherwiseMs : Math.min(Math.max(waitMs, shortestMs), longestMs)
}
