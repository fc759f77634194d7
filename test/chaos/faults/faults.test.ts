import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { report } from '../report.ts'
import type { Expected, Fault } from './fault.ts'
import { faults } from './faults.ts'
import { play } from './scene.ts'

const last = 57

test(`the table has every fault from F1 to F${last}, and says of each how we know`, () => {
  expect(faults.map(({ id }) => id)).toEqual(Array.from({ length: last }, (_, index) => index + 1))
  expect(faults.filter((fault) => proofOf(fault) === '')).toEqual([])
})

describe.each(faults.filter(({ cases }) => cases))('F$id, $words', ({ cases = [] }) => {
  test.each(cases.map((one) => [one.way ?? 'strikes', one] as const))('%s', async (_way, one) => {
    await play(one)
    expect.hasAssertions()
  })
})

test.each(faults.filter(({ checks }) => checks))('F$id, $words', async ({ checks }) => {
  await checks?.()
  expect.hasAssertions()
})

test.each(
  faults.flatMap(({ id, shownBy = {} }) => Object.entries(shownBy).map(([file, title]) => [id, file, title] as const)),
)('F%i is shown by %s: %s', (_id, file, title) => {
  expect(readFileSync(file, 'utf8')).toContain(title)
})

afterAll(() => {
  for (const fault of faults) {
    const expected = [...new Set(fault.cases?.map(({ becomes }) => inWords(becomes)))].join(' | ')
    report('Faults', { fault: `F${fault.id}`, what: fault.words, 'known by': proofOf(fault), becomes: expected })
  }
})

function proofOf({ cases, checks, shownBy, notOurs, notTried, notMet }: Fault): string {
  const injected = (cases?.length ?? 0) + (checks ? 1 : 0)
  return [
    injected > 0 && `injected (${injected})`,
    shownBy && 'other tests',
    notOurs && `not ours: ${notOurs}`,
    notTried && `not tried: ${notTried}`,
    notMet && `NOT MET: ${notMet}`,
  ]
    .filter(Boolean)
    .join(', ')
}

function inWords({ message, struck, others, mails }: Expected): string {
  return `message ${message}, guest ${struck}, others ${others}, mails ${mails}`
}
