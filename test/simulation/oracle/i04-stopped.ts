import { transactional } from './i03-consent.ts'
import { changeOf, type DeliveryRow, type MessageRow, type Mirror } from './mirror.ts'
import { violated, type Invariant } from './invariant.ts'

export const stopped: Invariant = {
  id: 'I4',
  says: 'What was stopped, cancelled or is past its use before the wire mark does not leave.',
  watch({ mirror, now }) {
    return {
      beforeCommit(changes) {
        for (const change of changes) {
          const row = changeOf<DeliveryRow>(change, 'message_deliveries')
          if (row?.is?.state !== 'wired' || row.was?.state === 'wired') continue
          const message = mirror.messages.get(row.is.messageId)!
          const objection = objectionTo(mirror, message, now())
          if (objection) violated('I4', `${change.by} marked a mail of ${message.kind} ${message.id}: ${objection}`)
        }
      },
    }
  },
}

function objectionTo(mirror: Mirror, message: MessageRow, now: number): string | undefined {
  if (message.status !== 'sending' && !message.reopened) return `it is ${message.status}`
  if (mirror.holds.size > 0) return 'an operator holds all sending'
  if (message.pausedAt !== null) return 'a host has stopped it'
  if (message.endReason !== null) return 'what had not left was given up'
  if (message.expiresAt !== null && Date.parse(message.expiresAt) <= now) return 'it is too late to be useful'
  if (mirror.eventOf(message.id)!.status === 'cancelled' && !transactional.includes(message.kind)) {
    return 'its event is cancelled'
  }
  return undefined
}
