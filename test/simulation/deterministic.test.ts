import { expect, test } from 'vitest'
import { simulate } from './simulate.ts'
import { Trace } from './trace.ts'
import { useWorld } from './world.ts'

const world = useWorld()

/** Everything is meant to happen on this day, so that whatever is not repeatable shows. */
const stormy = {
  guests: 30,
  troubleMs: 45_000,
  kills: 3,
  freezes: 2,
  stops: 2,
  outages: 2,
  hostActs: 12,
  providerTrouble: 0.3,
  databaseTrouble: 0.04,
}

test.each([101, 102])('the same seed is the same day, statement by statement (seed %i)', async (seed) => {
  const [first, again] = [new Trace(true), new Trace(true)]

  const one = await simulate(world.url(), seed, { fixed: stormy, trace: first })
  const other = await simulate(world.url(), seed, { fixed: stormy, trace: again })

  const firstDifference = first.lines().findIndex((line, step) => line !== again.lines()[step])
  expect(again.lines()[firstDifference]).toBe(first.lines()[firstDifference])
  expect(other).toEqual(one)
})

const short = { guests: 15, troubleMs: 10_000 }

test('another seed is another day', async () => {
  const one = await simulate(world.url(), 103, { fixed: short })
  const other = await simulate(world.url(), 104, { fixed: short })

  expect(other.digest).not.toBe(one.digest)
})
