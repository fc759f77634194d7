import type { Row } from '../database/change.ts'
import { changeOf, type DeliveryRow, type MessageRow, type UnitRow } from './mirror.ts'
import { violated, type Invariant } from './invariant.ts'

/** What may follow what, written down once more: the product's own table is what is on trial. */
const afterState: Record<DeliveryRow['state'], readonly DeliveryRow['state'][]> = {
  queued: ['wired', 'skipped', 'cancelled', 'failed', 'accepted', 'unknown'],
  wired: ['accepted', 'queued', 'unknown', 'failed'],
  unknown: ['accepted', 'queued', 'failed'],
  accepted: [],
  failed: ['queued'],
  skipped: ['queued'],
  cancelled: [],
}

const afterStatus: Record<MessageRow['status'], readonly MessageRow['status'][]> = {
  draft: ['scheduled', 'cancelled'],
  scheduled: ['draft', 'sending', 'cancelled', 'failed'],
  sending: ['sent', 'cancelled', 'failed'],
  sent: [],
  cancelled: ['scheduled'],
  failed: ['scheduled', 'sending', 'sent'],
}

/** Set once, and never taken back. */
const facts = ['acceptedAt', 'deliveredAt', 'openedAt', 'clickedAt', 'bouncedAt', 'complainedAt', 'unsubscribedAt']

export const forward: Invariant = {
  id: 'I12',
  says: 'Nothing goes backwards because something came late or twice.',
  watch() {
    return {
      beforeCommit(changes) {
        for (const change of changes) {
          const row = changeOf<DeliveryRow>(change, 'message_deliveries')
          if (row?.was && row.is) judgeDelivery(row.was, row.is)
          const message = changeOf<MessageRow>(change, 'scheduled_messages')
          if (message?.was && message.is) judgeStep(afterStatus, message.was.status, message.is.status, message.is.id)
          const unit = changeOf<UnitRow>(change, 'send_units')
          if (unit?.was && unit.is && unit.is.epoch < unit.was.epoch)
            violated('I12', `the epoch of unit ${unit.is.id} fell`)
        }
      },
    }
  },
}

function judgeDelivery(was: DeliveryRow, is: DeliveryRow) {
  const name = `row ${is.messageId}/${is.seq}`
  judgeStep(afterState, was.state, is.state, name)
  if (is.generation < was.generation) violated('I12', `the generation of ${name} fell`)
  const lost = facts.find((fact) => isSet(was, fact) && !isSet(is, fact))
  if (lost) violated('I12', `${name} lost its ${lost}`)
}

function judgeStep<S extends string>(after: Record<S, readonly S[]>, was: S, is: S, name: string) {
  if (was !== is && !after[was].includes(is)) violated('I12', `${name} went from ${was} to ${is}`)
}

const isSet = (row: Row, fact: string) => row[fact] !== null && row[fact] !== undefined
