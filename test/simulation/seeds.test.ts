import { afterAll, describe, expect, test } from 'vitest'
import { simulate, type Outcome } from './simulate.ts'
import { failureOf, summaryOf } from './tell.ts'
import { Trace } from './trace.ts'
import { useWorld } from './world.ts'

// `make simulate SEED=4711 TRACE=1` tells one day step by step, `make simulate SEEDS=500` runs so many fresh ones.

/** Days that have broken something once, each in another way; they stay, whatever they have become by now. */
const rememberedSeeds = [2, 10, 14, 24, 26, 33, 36, 5096]

/** Fresh days of every test run: few, for they come again tomorrow. */
const freshSeedsPerRun = 4

const { SEED, SEEDS, TRACE } = process.env
const world = useWorld()
const outcomes: Outcome[] = []

describe('a day of sending, whatever goes wrong,', () => {
  test.each(seedsOfThisRun())('keeps what we promise (seed %i)', async (seed) => {
    const trace = new Trace(TRACE !== undefined)
    const outcome = await simulate(world.url(), seed, { trace }).catch((error: unknown) => {
      throw failureOf(seed, error, trace)
    })
    if (TRACE !== undefined) console.log(trace.lines().join('\n'))
    outcomes.push(outcome)

    expect(outcome.steps).toBeGreaterThan(100)
  })
})

afterAll(() => {
  if (outcomes.length > 0) console.log(summaryOf(outcomes))
})

function seedsOfThisRun(): number[] {
  if (SEED) return [Number(SEED)]
  return SEEDS ? freshSeeds(Number(SEEDS)) : [...rememberedSeeds, ...freshSeeds(freshSeedsPerRun)]
}

/** Six digits, so that somebody can read one out. */
function freshSeeds(count: number): number[] {
  return Array.from({ length: count }, () => 100_000 + Math.floor(Math.random() * 900_000))
}
