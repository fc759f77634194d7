import type { EventStatus } from './event-status.ts'
import { usefulUntil, type Kinds } from './firing.ts'
import { isOnItsWay, isTransactional, type MessageStatus } from './message.ts'
import { refusals } from './refusals.ts'
import { refused, type Refused } from './refusals/refusal.ts'

/** Statuses of a message some of whose guests can be tried again: it has fired, and nobody has taken it back. */
export const triableStatuses: readonly MessageStatus[] = ['sending', 'sent', 'failed']

type FiredMessage = Kinds & {
  status: MessageStatus
  reopened: boolean
  firedAt: Date | null
  endReason: string | null
}
type EventNow = { status: EventStatus; startsAt: Date }

export type SecondTry = { kind: 'planned'; expiresAt: Date }

/**
 * Whether guests of a message may be tried again now, and until when their mails are useful: as long as those of a message that
 * fires now. A reminder never goes out after its event has begun, nor does one that is sent again, and a cancelled event says nothing
 * but that it is cancelled.
 */
export function planSecondTry(message: FiredMessage, event: EventNow, now: Date): SecondTry | Refused {
  if (!triableStatuses.includes(message.status) || !message.firedAt) {
    return refused(refusals.messageNotSent, { status: message.status })
  }
  // Given up, and its last answers are still to come: whoever is tried again now would be given up with the rest.
  if (isOnItsWay(message) && message.endReason !== null) return refused(refusals.messageEnding)
  if (event.status === 'cancelled' && !isTransactional(message.kind)) return refused(refusals.eventCancelled)
  if (event.status === 'draft' && !isTransactional(message.kind)) return refused(refusals.eventDraft)
  const expiresAt = usefulUntil(message, event, now)
  return expiresAt <= now ? refused(refusals.eventOver) : { kind: 'planned', expiresAt }
}

/** Reasons for which a guest was not mailed that a corrected address takes away. */
export const mendedByAddress = ['no_address', 'suppressed'] as const
