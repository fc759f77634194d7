import { expect, test } from 'vitest'
import { stepsMax, timelineSteps } from './timeline.ts'

const firedAt = new Date('2027-03-01T10:00:00Z')
const minuteMs = 60_000
const after = (minutes: number) => timelineSteps(firedAt, new Date(firedAt.getTime() + minutes * minuteMs))

test.each([
  [-1, 1, 1],
  [0, 1, 1],
  [0.5, 1, 1],
  [1, 1, 2],
  [59, 1, 60],
  [60, 2, 31],
  [6 * 60, 10, 37],
  [24 * 60, 30, 49],
  [7 * 24 * 60, 180, 57],
  [400 * 24 * 60, 180, 57],
])('after %d minutes a step has %d minutes, and there are %d', (minutes, stepMinutes, steps) => {
  expect(after(minutes)).toEqual({ stepMs: stepMinutes * minuteMs, steps })
})

test('whenever one looks there are at most sixty, and the last of them holds this moment', () => {
  for (let minutes = 0; minutes < 7 * 24 * 60; minutes += 7) {
    const { stepMs, steps } = after(minutes)

    expect(steps).toBeLessThanOrEqual(stepsMax)
    expect(Math.floor((minutes * minuteMs) / stepMs)).toBe(steps - 1)
  }
})
