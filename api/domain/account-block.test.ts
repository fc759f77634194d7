import { expect, test } from 'vitest'
import { blockForMs, blockInWords } from './account-block.ts'

test('a provider that stays away is left alone for longer each time, and never for more than five minutes', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 50].map((failures) => blockForMs(5_000, failures, 1) / 1000)

  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300])
})

test('replicas that were refused together do not come back together, and none before it was asked to', () => {
  expect([0, 0.5, 1].map((random) => blockForMs(30_000, 3, random))).toEqual([60_000, 90_000, 120_000])
  expect(blockForMs(30_000, 1, 0)).toBe(30_000)
})

test('who asks for an hour gets an hour, and not more for asking again', () => {
  expect([1, 4].map((failures) => blockForMs(3_600_000, failures, 0.3))).toEqual([3_600_000, 3_600_000])
})

test('a kind that this version does not know still reads as a sentence', () => {
  expect(blockInWords('overQuota')).toMatch(/quota/)
  expect(blockInWords('onStrike')).toBe('The mail provider takes no mail at the moment.')
  expect(blockInWords('toString')).toBe('The mail provider takes no mail at the moment.')
})
