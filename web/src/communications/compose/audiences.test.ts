import { expect, test } from 'vitest'
import { event } from '../../../test/given.ts'
import { audiences } from '../../../test/given-messages.ts'
import { pressAudience, sizeOf } from './audiences.ts'

const [everyone, attending, maybe] = audiences as [(typeof audiences)[0], (typeof audiences)[0], (typeof audiences)[0]]

test.each([
  [[], attending, ['attending']],
  [['maybe'], attending, ['attending', 'maybe']],
  [['attending', 'maybe'], everyone, ['everyone']],
  [['everyone'], maybe, ['maybe']],
  [['attending', 'maybe'], maybe, ['attending']],
  [['gone'], attending, ['attending']],
])('%j and a press on %s', (chosen, pressed, expected) => {
  expect(pressAudience(chosen, pressed, audiences)).toEqual(expected)
})

test('a chip counts the answers that it stands for', () => {
  const stats = { ...event().stats, attending: 34, maybe: 12, declined: 7, pending: 15 }

  expect(sizeOf(everyone, stats)).toBe(68)
  expect(sizeOf(attending, stats)).toBe(34)
})
