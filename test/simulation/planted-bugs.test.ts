import { afterAll, expect, inject, onTestFinished, test } from 'vitest'
import { bugs } from './bugs/bugs.ts'
import type { PlantedBug } from './bugs/planted-bug.ts'
import { createWorld } from './database/schema.ts'
import { invariants } from './oracle/invariants.ts'
import { Violation } from './oracle/invariant.ts'
import { simulate } from './simulate.ts'
import { tableOf } from '../text-table.ts'
import { useWorld } from './world.ts'

// An invariant that has never failed may be one that never looks. Each has a bug here that it has to find.

/** A mistake shows on a short day with few guests as well, and nobody has to wait for it. */
const shortDay = { notifiers: 2, guests: 20, troubleMs: 40_000, skewMaxMs: 0 }

/** A short day has two thousand. */
const stepsMax = 9_000

/** All were found within two days when they were planted. */
const seedsMax = 10

const world = useWorld()
const caught: [invariant: string, seed: string, bug: string, what: string][] = []

test('there is a planted bug for every invariant', () => {
  expect(new Set(bugs.map(({ breaks }) => breaks))).toEqual(new Set(invariants.map(({ id }) => id)))
})

test.each(bugs)('$breaks sees $name', async (bug) => {
  const { seed, violation } = await firstCaught(bug)
  caught.push([bug.breaks, String(seed), bug.name, violation.message.slice(0, 100)])

  expect(violation.invariant).toBe(bug.breaks)
  // Not the day is to blame: without the bug it is one like any other.
  await simulate(world.url(), seed, { fixed: { ...shortDay, ...bug.climate } })
})

afterAll(() => {
  const head = ['Invariant', 'Seed', 'Planted bug', 'What was seen'] as const
  const rows = caught.toSorted(([a], [b]) => Number(a.slice(1)) - Number(b.slice(1)))
  console.log(tableOf([head, ...rows]))
})

async function firstCaught(bug: PlantedBug): Promise<{ seed: number; violation: Violation }> {
  const spoilt = await createWorld(inject('postgres').serverUrl, bug.schema)
  onTestFinished(spoilt.drop)
  let never: readonly string[] | undefined
  for (let seed = 1; seed <= seedsMax; seed++) {
    try {
      const { unmet } = await simulate(spoilt.url, seed, { bug, stepsMax, fixed: { ...shortDay, ...bug.climate } })
      never = unmet.filter((each) => never?.includes(each) ?? true)
    } catch (error) {
      if (error instanceof Violation) return { seed, violation: error }
      throw error
    }
  }
  if (never?.length) throw new Error(`The product has no statement any more like ${never.join(' or ')}`)
  throw new Error(`${bug.breaks} did not see it on ${seedsMax} days`)
}
