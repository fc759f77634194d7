import { claimUnits } from '../../../api/storage/claim-units.ts'
import { easeCrashed } from '../../../api/storage/crashed-units.ts'
import { cutUnit } from '../../../api/storage/cut-unit.ts'
import { finishMessages } from '../../../api/storage/finish.ts'
import { settleUnit, type Unit } from '../../../api/storage/units.ts'
import type { Hand } from '../hand.ts'
import { bandsPassedOver } from '../shares.ts'
import { takeUp } from '../take-up.ts'
import { notSoon, type Desk, type Worker } from '../worker.ts'

/** Units of one claim: many small messages are claimed together, and yet two replicas share them. */
const unitsPerClaim = 32

/** The hand is filled again when it is half empty, so that no line waits for the database. */
const refillBelowShare = 1 / 2

/** A unit with this many times the rows that are wished for is cut, and the rest left to others. */
const cutAboveTimes = 2

/** A unit that could not be taken up is looked at again after this long. */
const againAfterMs = 1000

/**
 * Claims work before the hand is empty. While it is full, only what is more urgent than all of it. Where nothing was to be had, only a
 * hint or the next full turn asks again: every turn at the end of a message would else ask in vain.
 */
export const claim: Worker = {
  name: 'claim',
  refills: true,
  async run(desk, isFull) {
    const { lease, hand, appetite } = desk
    const wish = wishOf(hand, appetite.rows())
    if (!wish || ((wish.to !== undefined || desk.isQueueEmpty) && !isFull)) return notSoon
    if (!lease.isTrusted() || lease.isStandby() || desk.account.isClosed()) return notSoon

    // Whoever tells of more while we ask is heard: it is set before.
    desk.isQueueEmpty = wish.to === undefined
    const units = await claimShare(desk, wish)
    if (units.length > 0) desk.isQueueEmpty = false
    await Promise.all(units.map((unit) => begin(desk, unit, wish.rows)))
    return units.length > 0 && hand.rowsWaiting() < wish.rows * refillBelowShare ? 0 : notSoon
  },
}

/** Undefined when there is enough in hand of even the most urgent. */
function wishOf(hand: Hand, appetite: number): { rows: number; to?: number } | undefined {
  const isEnough = (priority?: number) => hand.rowsWaiting(priority) >= appetite * refillBelowShare
  if (!isEnough()) return { rows: appetite - hand.rowsWaiting() }
  const fullOf = hand.priorities().find(isEnough)!
  return fullOf > 0 ? { rows: appetite, to: fullOf - 1 } : undefined
}

/** Every eighth claim begins with what is less urgent than anything in hand. */
async function claimShare(desk: Desk, wish: { rows: number; to?: number }): Promise<Unit[]> {
  const { db, id, transport, settings } = desk.notifier
  const claimant = { notifierId: id, provider: transport.provider, leaseMs: settings.leaseMs }
  const passedOver = wish.to === undefined ? bandsPassedOver(++desk.claims) : 0
  if (passedOver > 0) {
    const from = (desk.hand.priorities()[0] ?? 0) + passedOver
    const units = await claimUnits(db, claimant, { ...wish, units: 1, from })
    if (units.length > 0) return units
  }
  return claimUnits(db, claimant, { ...wish, units: unitsPerClaim })
}

async function begin(desk: Desk, claimed: Unit, rows: number) {
  const { db, log } = desk.notifier
  try {
    const unit = await readied(desk, claimed, rows)
    if (unit?.kind === 'expand') desk.expansions.begin(unit)
    else if (unit) await takeUp(desk.notifier, unit, desk.hand, desk.messages, desk.ledger)
  } catch (error) {
    log.error(
      { err: error, messageId: claimed.messageId, unit: claimed.id },
      'a unit could not be taken up; it is given back',
    )
    desk.hand.drop(claimed)
    await settleUnit(db, claimed, againAfterMs).catch(() => {})
  }
}

/** The unit as this process takes it up; undefined when nothing is left of it. */
async function readied({ notifier }: Desk, unit: Unit, rows: number): Promise<Unit | undefined> {
  const { db, log, shard } = notifier
  if (unit.kind === 'expand') return unit
  if (unit.crashes === 0) return unit.hi - unit.lo + 1 > rows * cutAboveTimes ? cutUnit(db, unit, rows) : unit
  const about = { messageId: unit.messageId, unit: unit.id, crashes: unit.crashes }
  log.warn(about, 'taking over a unit whose owner is gone')
  notifier.meter?.add('units_taken_over')
  const eased = await easeCrashed(db, unit, shard)
  notifier.changes?.moved([unit.messageId])
  if (eased.kind === 'asBefore') return eased.unit
  log.error(about, `something in this unit ends the process: ${eased.kind}`)
  if (eased.kind === 'halved') return eased.unit
  await settleUnit(db, unit)
  await finishMessages(db, [unit.messageId])
  notifier.changes?.moved([unit.messageId])
  return undefined
}
