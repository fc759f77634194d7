import { expect, test } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const now = Date.parse('2027-01-01T00:00:00Z')

test.each([
  ['2', 2_000],
  ['0', 1_000],
  ['-1', 1_000],
  ['0.2', 1_000],
  ['315360000', 3_600_000],
  ['Fri, 01 Jan 2027 00:00:30 GMT', 30_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 1_000],
  ['Fri, 01 Jan 2037 00:00:00 GMT', 3_600_000],
  ['soon', 7_000],
  ['', 7_000],
  [null, 7_000],
])('Retry-After %j is a wait of %i ms', (header, waitMs) => {
  expect(retryAfterMs(header, now, 7_000)).toBe(waitMs)
})
