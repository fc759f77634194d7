import type { BounceClass, Feedback, FeedbackKind } from './feedback.ts'

/** What has been reported of a delivery. Each is set once, and moves only to an earlier instant. */
export type Facts = {
  deliveredAt: Date | null
  openedAt: Date | null
  openedMachineAt: Date | null
  clickedAt: Date | null
  clickedMachineAt: Date | null
  bouncedAt: Date | null
  complainedAt: Date | null
  unsubscribedAt: Date | null
  bounceClass: BounceClass | null
  bounceText: string | null
  machineReason: string | null
}

export type FactColumn = { [K in keyof Facts]: Facts[K] extends Date | null ? K : never }[keyof Facts]

/** The counter that moves when a fact is set for the first time. */
export const counterOfFact = {
  deliveredAt: 'delivered',
  openedAt: 'opened',
  openedMachineAt: 'openedMachine',
  clickedAt: 'clicked',
  clickedMachineAt: 'clickedMachine',
  bouncedAt: 'bounced',
  complainedAt: 'complained',
  unsubscribedAt: 'unsubscribed',
} as const satisfies Record<FactColumn, string>

export const factColumns = Object.keys(counterOfFact) as FactColumn[]

type Report = Pick<Feedback, 'kind' | 'happenedAt' | 'machine' | 'bounceClass' | 'detail'>

/** Which instant a report is about: none for `sent`, which is the submission's own matter, and for a delay, which is no news to anybody yet. */
const factOf: Record<FeedbackKind, (report: Report) => FactColumn | undefined> = {
  sent: () => undefined,
  delayed: () => undefined,
  delivered: () => 'deliveredAt',
  opened: ({ machine }) => (machine === undefined ? 'openedAt' : 'openedMachineAt'),
  clicked: ({ machine }) => (machine === undefined ? 'clickedAt' : 'clickedMachineAt'),
  bounced: () => 'bouncedAt',
  complained: () => 'complainedAt',
  unsubscribed: () => 'unsubscribedAt',
}

/**
 * The facts after a report. In whatever order reports come, and however often, the end is the same: the earliest instant of each kind, and
 * the gravest bounce. `wiredAt` is when the mail left: nothing happens to it before, whatever the clock of the reporter says.
 */
export function withReport(facts: Facts, report: Report, wiredAt: Date | null): Facts {
  const column = factOf[report.kind](report)
  if (column === undefined) return facts
  const at = wiredAt && report.happenedAt < wiredAt ? wiredAt : report.happenedAt
  const next = { ...facts, [column]: earliest(facts[column], at) }
  if (column === 'bouncedAt' && isGraver(facts, report)) {
    next.bounceClass = report.bounceClass ?? 'undetermined'
    next.bounceText = report.detail ?? null
  }
  const isMachine = column === 'openedMachineAt' || column === 'clickedMachineAt'
  if (isMachine && comesFirst(at, report.machine!, earliest(facts.openedMachineAt, facts.clickedMachineAt), facts)) {
    next.machineReason = report.machine!
  }
  return next
}

/** The facts that were not there before. */
export function factsGained(before: Facts, after: Facts): FactColumn[] {
  return factColumns.filter((column) => before[column] === null && after[column] !== null)
}

/** Whether anything differs: only then a row is written. */
export function factsDiffer(before: Facts, after: Facts): boolean {
  return (Object.keys(after) as (keyof Facts)[]).some((column) => !isSame(before[column], after[column]))
}

const gravity: Record<BounceClass, number> = { undetermined: 0, transient: 1, permanent: 2 }

/** Of several bounces the gravest is told. Of equal ones the text decides, and not the order in which they came. */
function isGraver({ bounceClass, bounceText }: Facts, report: Report): boolean {
  if (bounceClass === null) return true
  const difference = gravity[report.bounceClass ?? 'undetermined'] - gravity[bounceClass]
  return difference > 0 || (difference === 0 && (report.detail ?? '') < (bounceText ?? ''))
}

/** Of two machines the first is named; at the same instant the text decides. */
function comesFirst(at: Date, machine: string, knownAt: Date | null, { machineReason }: Facts): boolean {
  if (knownAt === null) return true
  return at < knownAt || (at.getTime() === knownAt.getTime() && machine < (machineReason ?? ''))
}

function earliest<T extends Date | null>(one: Date | null, other: T): Date | T {
  if (one === null) return other
  return other === null || one <= other ? one : other
}

function isSame(one: Facts[keyof Facts], other: Facts[keyof Facts]): boolean {
  return one instanceof Date && other instanceof Date ? one.getTime() === other.getTime() : one === other
}
