import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { factsDiffer, factsGained, withReport, type Facts } from './facts.ts'
import { bounceClasses, feedbackKinds, type Feedback } from './feedback.ts'

const nothing: Facts = {
  ...{ deliveredAt: null, openedAt: null, openedMachineAt: null, clickedAt: null, clickedMachineAt: null },
  ...{ bouncedAt: null, complainedAt: null, unsubscribedAt: null },
  ...{ bounceClass: null, bounceText: null, machineReason: null },
}
const at = (minute: number) => new Date(Date.UTC(2027, 2, 14, 18, minute))
const wiredAt = at(0)

type Report = Pick<Feedback, 'kind' | 'happenedAt' | 'machine' | 'bounceClass' | 'detail'>
const after = (...reports: Report[]) => reports.reduce((facts, report) => withReport(facts, report, wiredAt), nothing)

describe('each kind of report sets its own fact, and nothing else', () => {
  test.each([
    ['delivered', undefined, 'deliveredAt'],
    ['opened', undefined, 'openedAt'],
    ['opened', 'An image proxy', 'openedMachineAt'],
    ['clicked', undefined, 'clickedAt'],
    ['clicked', 'A scanner', 'clickedMachineAt'],
    ['bounced', undefined, 'bouncedAt'],
    ['complained', undefined, 'complainedAt'],
    ['unsubscribed', undefined, 'unsubscribedAt'],
  ] as const)('%s (machine: %s) -> %s', (kind, machine, column) => {
    const facts = after({ kind, machine, happenedAt: at(3) })

    expect(factsGained(nothing, facts)).toEqual([column])
    expect(facts[column]).toEqual(at(3))
  })

  test.each(['sent', 'delayed'] as const)('%s sets none', (kind) => {
    expect(after({ kind, happenedAt: at(3) })).toEqual(nothing)
  })
})

test('the earliest instant stays, whichever report comes first', () => {
  const [early, late] = [3, 9].map((minute) => ({ kind: 'opened', happenedAt: at(minute) }) as const)

  expect(after(late!, early!)).toEqual(after(early!, late!))
  expect(after(late!, early!).openedAt).toEqual(at(3))
})

test('nothing happens to a mail before it has left, whatever the clock of the reporter says', () => {
  expect(after({ kind: 'delivered', happenedAt: new Date(0) }).deliveredAt).toEqual(wiredAt)
})

test('of two bounces the graver is told, and the guest has bounced once', () => {
  const full = { kind: 'bounced', bounceClass: 'transient', detail: 'Mailbox full', happenedAt: at(1) } as const
  const gone = { kind: 'bounced', bounceClass: 'permanent', detail: 'Nobody lives there', happenedAt: at(2) } as const

  for (const facts of [after(full, gone), after(gone, full)]) {
    expect(facts).toMatchObject({ bounceClass: 'permanent', bounceText: 'Nobody lives there', bouncedAt: at(1) })
  }
})

test('the end is the same in whatever order reports come, and however often', () => {
  const report: fc.Arbitrary<Report> = fc.record({
    kind: fc.constantFrom(...feedbackKinds),
    happenedAt: fc.integer({ min: -2, max: 6 }).map(at),
    machine: fc.constantFrom(undefined, undefined, 'A scanner', 'An image proxy'),
    bounceClass: fc.constantFrom(undefined, ...bounceClasses),
    detail: fc.constantFrom(undefined, 'Full', 'Gone'),
  })
  const shuffled = fc
    .array(report, { maxLength: 8 })
    .chain((reports) =>
      fc.tuple(fc.constant(reports), fc.shuffledSubarray([...reports, ...reports], { minLength: reports.length * 2 })),
    )

  fc.assert(
    fc.property(shuffled, ([reports, again]) => {
      expect(after(...again)).toEqual(after(...reports))
      expect(factsDiffer(after(...reports), after(...again))).toBe(false)
    }),
  )
})

test('an instant that moves is a difference, and no new fact', () => {
  const before = after({ kind: 'opened', happenedAt: at(9) })
  const moved = withReport(before, { kind: 'opened', happenedAt: at(3) }, wiredAt)

  expect(factsDiffer(before, moved)).toBe(true)
  expect(factsGained(before, moved)).toEqual([])
})
