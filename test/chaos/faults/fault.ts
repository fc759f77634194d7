import type { DeliveryState } from '../../../api/domain/delivery.ts'
import type { Transport } from '../../../api/providers/provider.ts'
import type { TestDatabase } from '../../database.ts'
import type { Witness } from '../books.ts'

/**
 * One row of the table: a fault, and how we know what becomes of it. `cases` and
 * `checks` inject it for real, `shownBy` names tests elsewhere (by
 * file, and a title in it), and what is not for us to meet or could not be tried says why.
 */
export type Fault = {
  id: number
  words: string
  cases?: readonly Case[]
  /** What three guests cannot show. */
  checks?: () => void | Promise<void>
  shownBy?: Readonly<Record<string, string>>
  notOurs?: string
  notTried?: string
  /** We tried, and the service does not do what it should: a gap that is known. */
  notMet?: string
}

/** Three guests are mailed, and the fault strikes the first of them, or everybody. */
export type Case = {
  /** Which of several ways, when there are several. */
  way?: string
  /** The other side with the fault in it. */
  door: () => Promise<Door>
  /** Default hold, under which nothing is sent twice. */
  onAmbiguous?: 'resend' | 'hold'
  /** Makes the database ill before anything is sent. */
  illness?: (database: TestDatabase) => Promise<void>
  becomes: Expected
  /** What happens while nobody sends; then time passes, what was broken is mended, and another notifier goes on. */
  meanwhile?: (given: { db: TestDatabase['db']; door: Door }) => Promise<void>
  afterwards?: Expected
}

export type Door = {
  open: () => Transport
  witness: Witness
  /** Whether the fault has been met, so that no case passes because nothing went wrong. */
  hasStruck: () => boolean
}

export type Expected = {
  message: 'sending' | 'paused' | 'sent' | 'failed'
  struck: DeliveryState
  others: DeliveryState
  /** Mails that the struck guest was really sent. */
  mails: number
  /** Tries that the struck guest has used up. */
  attempts?: number
  /** The struck guest's next try is no sooner than this. */
  waitsAtLeastS?: number
  /** The struck guest's address is remembered as one that is not to be mailed. */
  suppressed?: boolean
  /** What the host can read about it, in our words or the other side's. */
  says?: RegExp
}

/** What has become of everybody when a fault is over that nobody noticed but us. */
export const reachedOnce = {
  message: 'sent',
  struck: 'accepted',
  others: 'accepted',
  mails: 1,
} as const satisfies Expected

/** Nothing has left, nobody is failed and no try is used up: the trouble is the account's or the line's, not a guest's. */
export const nobodyBurnt = { struck: 'queued', others: 'queued', mails: 0, attempts: 0 } as const
