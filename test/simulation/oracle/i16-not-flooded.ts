import { limitFor } from '../../../api/domain/frequency-cap.ts'
import type { MessageKind } from '../../../api/domain/message.ts'
import { transactional } from './i03-consent.ts'
import { violated, type Invariant } from './invariant.ts'
import { changeOf, instantOf, type DeliveryRow, type Mirror } from './mirror.ts'

export const notFlooded: Invariant = {
  id: 'I16',
  says: 'With a cap, no guest gets more mails of one host than it allows, whoever marks them at the same moment.',
  watch({ mirror, climate: { frequencyCap }, now }) {
    const limitOf = ({ messageId }: DeliveryRow) =>
      limitFor(frequencyCap, mirror.messages.get(messageId)!.kind as MessageKind)
    return {
      beforeCommit(changes) {
        const marked = changes.flatMap((change) => {
          const row = changeOf<DeliveryRow>(change, 'message_deliveries')
          return row?.is?.state === 'wired' && row.was?.state !== 'wired' ? [row.is] : []
        })
        for (const row of marked) {
          const limit = limitOf(row)
          if (!limit || !isStillThere(mirror, row)) continue
          const since = now() - limit.hours * 3_600_000
          const before = othersOf(mirror, row).filter((other) => mayHaveGoneSince(other, since))
          // Of those that are marked together each may have the limit of its kind; the last of them sees all others.
          const beside = marked.filter((other) => isOtherToSame(mirror, other, row))
          const most = Math.max(limit.mails, ...beside.map((other) => limitOf(other)?.mails ?? Infinity))
          if (before.length >= limit.mails || before.length + beside.length >= most) {
            violated('I16', `${row.address} is mailed again after ${before.length}, beside ${beside.length} others`)
          }
        }
      },
    }
  },
}

/** Mails to somebody who was removed, or has another address by now, are not found: we promise nothing about them. */
function isStillThere(mirror: Mirror, { guestId, address }: DeliveryRow) {
  return guestId !== null && mirror.guests.get(guestId)?.email === address
}

function othersOf(mirror: Mirror, row: DeliveryRow) {
  return [...mirror.deliveries.values()].filter(
    (other) => isOtherToSame(mirror, other, row) && isStillThere(mirror, other),
  )
}

function isOtherToSame(mirror: Mirror, other: DeliveryRow, row: DeliveryRow) {
  return (
    other.messageId !== row.messageId &&
    other.address === row.address &&
    !transactional.includes(mirror.messages.get(other.messageId)?.kind ?? 'test') &&
    mirror.eventOf(other.messageId)?.hostId === mirror.eventOf(row.messageId)?.hostId
  )
}

function mayHaveGoneSince({ state, acceptedAt, wiredAt, inDoubtSince, doubtedAt }: DeliveryRow, since: number) {
  const isInDoubt = state === 'queued' && (inDoubtSince !== null || doubtedAt !== null)
  const at = acceptedAt ?? wiredAt
  return (['accepted', 'wired', 'unknown'].includes(state) || isInDoubt) && at !== null && instantOf(String(at)) > since
}
