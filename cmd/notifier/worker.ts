import type { Unit } from '../../api/storage/units.ts'
import type { Hand } from './hand.ts'
import type { MessageCache } from './in-flight.ts'
import type { Ledger } from './ledger.ts'
import type { Lease } from './lease.ts'
import type { Notifier } from './notifier.ts'

/** What the workers share: the process, its claims, and the work in its hand. */
export type Desk = {
  notifier: Notifier
  lease: Lease
  hand: Hand
  messages: MessageCache
  ledger: Ledger
  /** Claimed expansions, each worked on slice by slice. */
  expansions: Unit[]
}

/** One duty of the notifier. `run` does a bounded piece of it and answers whether there may be more to do at once. */
export type Worker = {
  name: string
  run(desk: Desk): Promise<boolean>
  /** Keeps mails flowing, and so has a turn between the full ones too. */
  refills?: true
}
