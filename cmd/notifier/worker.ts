import type { Account } from './account.ts'
import type { Appetite } from './appetite.ts'
import type { Expansions } from './expansions.ts'
import type { Hand } from './hand.ts'
import type { MessageCache } from './in-flight.ts'
import type { Ledger } from './ledger.ts'
import type { Lease } from './lease.ts'
import type { Notifier } from './notifier.ts'

/** What the workers share: the process, its claims, and the work in its hand. */
export type Desk = {
  notifier: Notifier
  account: Account
  lease: Lease
  hand: Hand
  appetite: Appetite
  messages: MessageCache
  ledger: Ledger
  expansions: Expansions
  /** Claims made so far; every eighth is for those who would else wait for ever. */
  claims: number
  /** The last claim found nothing, and nobody has told of more since. */
  isQueueEmpty: boolean
}

/** One duty of the notifier. */
export type Worker = {
  name: string
  /**
   * Does a bounded piece of it and answers in how many ms it wishes to be asked again: 0 when there is more to do, `notSoon` when not
   * before something comes due. `isFull` is false in the quick turns between two full ones.
   */
  run(desk: Desk, isFull: boolean): Promise<number>
  /** Keeps mails flowing, and so has a part in the quick turns too. */
  refills?: true
}

export const notSoon = Infinity
