import { claimUnits } from '../../../api/storage/units.ts'
import { takeUp } from '../take-up.ts'
import type { Worker } from '../worker.ts'

/** Units claimed at once: a crash or a slow replica holds no more than this beyond what it is sending. */
const unitsPerClaim = 2

/** Claims work before the hand is empty, so that no line waits for the database. */
export const claim: Worker = {
  name: 'claim',
  refills: true,
  async run(desk) {
    const { notifier, lease, hand, expansions } = desk
    const { db, id, transport, settings } = notifier
    const handIsFull = hand.rowsWaiting() >= settings.unitSize || expansions.length > 0
    if (handIsFull || !lease.isTrusted() || lease.isStandby()) return false

    const claimant = { notifierId: id, provider: transport.provider, leaseMs: settings.leaseMs }
    const units = await claimUnits(db, claimant, unitsPerClaim)
    for (const unit of units) {
      if (unit.crashes > 0)
        notifier.log.warn({ messageId: unit.messageId, unit: unit.id }, 'taking over a unit whose owner is gone')
      if (unit.kind === 'expand') expansions.push(unit)
      else await takeUp(notifier, unit, hand, desk.messages, desk.ledger)
    }
    return units.length > 0
  },
}
