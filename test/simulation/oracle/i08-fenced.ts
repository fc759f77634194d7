import type { Change } from '../database/change.ts'
import { changeOf, instantOf, type DeliveryRow, type Mirror, type UnitRow } from './mirror.ts'
import { violated, type Invariant } from './invariant.ts'

/**
 * What a notifier writes needs a claim that holds at that moment. One thing does not: an acceptance is evidence, whoever brings it.
 * The claim is looked up as it was before the commit, for the last row's outcome and the end of its unit are one transaction.
 */
export const fenced: Invariant = {
  id: 'I8',
  says: 'A notifier whose claim has run out changes nothing but one thing: it may say that a mail was accepted.',
  watch({ mirror, now, notifierIdOf }) {
    const holds = (unit: UnitRow, owner: string) => unit.leaseOwner === owner && instantOf(unit.leaseUntil) > now()

    return {
      beforeCommit(changes) {
        for (const change of changes) {
          const owner = notifierIdOf(change.by)
          if (owner === undefined) continue
          const isAllowed =
            rowIsAllowed(mirror, change, (unit) => holds(unit, owner)) ?? unitIsAllowed(change, owner, now())
          if (isAllowed === false) violated('I8', `${change.by} wrote without a claim: ${describe(change)}`)
        }
      },
    }
  },
}

function rowIsAllowed(mirror: Mirror, change: Change, isHeld: (unit: UnitRow) => boolean): boolean | undefined {
  const row = changeOf<DeliveryRow>(change, 'message_deliveries')
  if (!row) return undefined
  // New rows come with their expansion, whose unit has its own line below.
  if (!row.was || !row.is || row.is.state === 'accepted') return true
  return mirror.unitsOf(row.is.messageId, row.is.seq).some(isHeld)
}

function unitIsAllowed(change: Change, owner: string, now: number): boolean | undefined {
  const unit = changeOf<UnitRow>(change, 'send_units')
  if (!unit?.was) return undefined
  const { leaseOwner, leaseUntil, epoch } = unit.was
  const isFree = instantOf(leaseUntil) <= now
  if (!isFree) return leaseOwner === owner
  // Only a claim may touch a unit that nobody holds.
  return unit.is !== null && unit.is.leaseOwner === owner && unit.is.epoch === epoch + 1
}

function describe({ table, was, is }: Change): string {
  const shown = (row: Change['is']) => row && JSON.stringify(pick(row))
  return `${table} ${shown(was)} became ${shown(is)}`
}

const told = [
  'messageId',
  'seq',
  'id',
  'state',
  'attempt',
  'epoch',
  'leaseOwner',
  'leaseUntil',
  'runAt',
  'dueAt',
  'reason',
]

function pick(row: Record<string, unknown>) {
  return Object.fromEntries(Object.entries(row).filter(([name]) => told.includes(name)))
}
