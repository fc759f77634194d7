import type { EventStatus } from './event-status.ts'
import { isOnItsWay, type MessageKind, type MessageStatus } from './message.ts'
import { refusals } from './refusals.ts'
import { refused, type Refused } from './refusals/refusal.ts'

const hourMs = 3_600_000

/** Most of those who read a mail do so within a day; to ask them again before that is to ask those who were about to. */
export const resendAfterMs = 24 * hourMs

/** What is for many, and still worth reading a day later. */
const resendableKinds: readonly MessageKind[] = ['broadcast', 'reminder']

/** A message that may be sent again to those who have not opened it, as it stands. */
export type Original = {
  kind: MessageKind
  status: MessageStatus
  reopened: boolean
  firedAt: Date | null
  /** Mails that were taken by a provider. */
  sent: number
  opened: number
  /** The message that it was sent again as, unless that was cancelled. */
  resentAs: string | null
}

export type ResendEvent = { status: EventStatus; startsAt: Date }

export type Resend = { kind: 'planned' }

/**
 * Whether a message may be sent again now. `unread`: how many mails that would be. Where nobody can know who has opened it everybody is
 * unread, and it is allowed all the same: the host is told (`opensAreKnown`).
 */
export function planResend(original: Original, event: ResendEvent, unread: number, now: Date): Resend | Refused {
  const { kind, firedAt, sent, opened, resentAs } = original
  if (kind === 'resend') return refused(refusals.resendOfResend)
  if (!resendableKinds.includes(kind)) return refused(refusals.kindNotResent, { kind })
  if (firedAt !== null && isOnItsWay(original)) return refused(refusals.resendOnItsWay)
  if (firedAt === null || original.status !== 'sent' || sent === 0) return refused(refusals.resendNotSent)
  if (resentAs !== null) return refused(refusals.alreadyResent, { resentAs })
  const availableAt = resendableFrom(firedAt)
  if (now < availableAt) {
    // The clock of whoever fired it may be a little ahead of ours.
    const remainingMs = Math.min(availableAt.getTime() - now.getTime(), resendAfterMs)
    const hoursRemaining = Math.ceil(remainingMs / hourMs)
    return refused(refusals.resendTooEarly, { hoursRemaining, availableAt: availableAt.toISOString() })
  }
  if (event.status === 'cancelled') return refused(refusals.eventCancelled)
  if (event.status === 'draft') return refused(refusals.eventDraft)
  if (kind === 'reminder' && event.startsAt <= now) return refused(refusals.eventOver)
  return unread > 0 ? { kind: 'planned' } : refused(refusals.nobodyToResend, { opened })
}

export function resendableFrom(firedAt: Date): Date {
  return new Date(firedAt.getTime() + resendAfterMs)
}

/** Whether anything was ever heard of opens or clicks. If not, "has not opened it" is said of everybody and known of nobody. */
export function opensAreKnown(
  counts: Record<'opened' | 'openedMachine' | 'clicked' | 'clickedMachine', number>,
): boolean {
  return counts.opened + counts.openedMachine + counts.clicked + counts.clickedMachine > 0
}
