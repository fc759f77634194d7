import type { Counts } from '../../../api/contract/message.ts'
import type { Metrics, Rates } from '../../../api/contract/metrics.ts'

/** Whether a message may be sent again to those who have not opened it, and when or why not. */
export type ResendOffer = {
  allowed: boolean
  reason: string | null
  availableAt: string | null
  count: number
  /** The message that it was sent again as. */
  resentAs?: string | null
  /** False where nobody can know who has opened it: it would go to everybody who got it. */
  opensKnown?: boolean
}

export type Moments = Record<
  'accepted' | 'delivered' | 'opened' | 'clicked' | 'attending' | 'maybe' | 'declined',
  number
>

/** What happened after a message went out, in steps of equal length; `later`: what came after the last step. */
export type MessageTimeline = {
  from: string | null
  stepMs: number
  steps: (Moments & { at: string })[]
  later: Moments
}

/** One wording of a reminder, and how its mails fared; no figures before it went out. */
export type Revision = {
  messageId: string
  generation: number
  version: number
  editedBy: string | null
  subject: string
  createdAt: string
  firedAt: string | null
  counts: Counts | null
  rates: Rates | null
}

type Sum = Pick<Metrics, 'counts' | 'rates'> & { messages: number }
export type EventReport = { broadcasts: Sum; reminders: Sum; at: string }
