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

export type Answers = { attending: number; maybe: number; declined: number }

/** What happened in one stretch of time. */
export type Bucket = {
  at: string
  accepted: number
  delivered: number
  opened: number
  clicked: number
  answers: Answers
}
export type MessageTimeline = { bucketMs: number; from: string; buckets: Bucket[] }

/** One wording of a reminder, and how its mails fared; no figures before it went out. */
export type Revision = {
  version: number
  subject: string
  createdAt: string
  firedAt: string | null
  counts: Counts | null
  rates: Rates | null
}

type Sum = Pick<Metrics, 'counts' | 'rates'> & { messages: number }
export type EventReport = { broadcasts: Sum; reminders: Sum; at: string }
