import { expect, test } from 'vitest'
import { isOneNoticeTooMany } from './notice-limit.ts'

const at = (hour: number) => new Date(Date.UTC(2027, 2, 14, hour))

test.each([
  ['the first', 12, [], false],
  ['the third of a day', 12, [1, 6], false],
  ['the fourth of a day', 12, [1, 6, 11], true],
  ['the fourth after exactly 24 hours', 24, [0, 1, 6], false],
  ['the fourth within 24 hours across midnight', 25, [2, 20, 23], true],
  ['one before three that are planned', 1, [2, 3, 4], true],
  ['one between two before and two after that are more than a day apart', 24, [1, 2, 46, 47], false],
  ['one on another day than a day that is full', 80, [1, 2, 3], false],
] as const)('%s', (_, hour, others, isTooMany) => {
  expect(isOneNoticeTooMany(at(hour), others.map(at))).toBe(isTooMany)
})
