import { changeOf, type DeliveryRow, type Mirror } from './mirror.ts'
import { violated, type Invariant } from './invariant.ts'

/** What a guest who unsubscribed still gets: what they asked for, and what they must know. */
export const transactional: readonly string[] = ['notice', 'confirmation', 'test']

export const consent: Invariant = {
  id: 'I3',
  says: 'Whoever unsubscribed, bounced or complained before the wire mark gets nothing.',
  watch({ mirror }) {
    return {
      beforeCommit(changes) {
        for (const change of changes) {
          const row = changeOf<DeliveryRow>(change, 'message_deliveries')
          if (row?.is?.state !== 'wired' || row.was?.state === 'wired') continue
          const objection = objectionTo(mirror, row.is)
          if (objection) violated('I3', `${change.by} marked a mail to ${row.is.address}: ${objection}`)
        }
      },
    }
  },
}

function objectionTo(mirror: Mirror, { messageId, guestId, address }: DeliveryRow): string | undefined {
  const message = mirror.messages.get(messageId)!
  if (message.recipient !== null) return undefined
  const isTransactional = transactional.includes(message.kind)
  const guest = guestId === null ? undefined : mirror.guests.get(guestId)
  if (!guest) return 'the guest is not on the list any more'
  if (guest.unsubscribedAt !== null && !isTransactional) return 'the guest has unsubscribed'
  const { hostId } = mirror.eventOf(messageId)!
  const suppression = [...mirror.suppressions.values()].find(
    (s) => s.address === address && (s.hostId === null || s.hostId === hostId),
  )
  if (!suppression || (isTransactional && suppression.reason !== 'hard_bounce')) return undefined
  return `the address is suppressed (${suppression.reason})`
}
