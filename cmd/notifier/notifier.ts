import type { Logger } from 'pino'
import type { LinkSigner } from '../../api/content/tokens.ts'
import type { Mailbox } from '../../api/domain/mail.ts'
import type { FrequencyCap } from '../../api/domain/frequency-cap.ts'
import type { AmbiguityPolicy } from '../../api/domain/message.ts'
import type { Transport } from '../../api/providers/provider.ts'
import type { Db } from '../../api/storage/database.ts'
import type { Changes } from './changes.ts'
import type { Clock } from './clock.ts'
import type { Meter } from './meter.ts'

/** What every part of one notifier process works with. */
export type Notifier = {
  id: string
  /** Its own row of the message counters. */
  shard: number
  db: Db
  transport: Transport
  signer: LinkSigner
  from: Mailbox
  publicUrl: string
  settings: Settings
  log: Logger
  clock: Clock
  /** In [0, 1); a parameter so that tests can repeat themselves. */
  random: () => number
  meter?: Meter
  /** Hears which messages move, for those who watch; without it nobody is told. */
  changes?: Changes
}

export type Settings = {
  /** The longest a due message waits to be seen when no hint arrives. */
  pollIntervalMs: number
  /** How long a claim holds without a heartbeat. */
  leaseMs: number
  /** Deliveries of one unit of work: small enough for fairness, large enough that claims cost nothing. */
  unitSize: number
  /** What becomes of a mail whose fate nobody knows, where its message does not say. */
  onAmbiguous: AmbiguityPolicy
  /** How often one address is mailed by one host at most. */
  frequencyCap?: FrequencyCap
}

export const defaultSettings: Settings = {
  pollIntervalMs: 30_000,
  leaseMs: 20_000,
  unitSize: 500,
  onAmbiguous: 'resend',
}
