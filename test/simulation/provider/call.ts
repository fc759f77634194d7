import type { Mail } from '../../../api/domain/mail.ts'
import type { SendResult } from '../../../api/domain/send-result.ts'
import type { ProviderKey } from '../../../api/providers/provider.ts'

/** A call as it arrives at the provider. */
export type Call = { process: string; mails: readonly Mail[]; key: string }

/** One mail of a call, as the provider saw it. The oracle judges by these, and by nothing that we wrote down ourselves. */
export type Arrival = {
  process: string
  mail: Mail
  tag: string
  /** A guest gets it. A repeat that the provider recognised is no second mail. */
  isAccepted: boolean
  isRepeat: boolean
  /** The provider knows the key with other bytes, which is a mistake of ours (F36). */
  isConflict: boolean
  /** The sender will never hear what became of it. */
  isAnswerLost: boolean
}

/** What the sender hears, and when. */
export type Reply = { results: SendResult[]; afterMs: number; isLost?: boolean }

/** What distinguishes the vendors, as far as the notifier is concerned. */
export type Vendor = { key: ProviderKey; batchMax: number; deduplicates: boolean }

export function accept(providerMessageId: string): SendResult {
  return { kind: 'accepted', providerMessageId }
}
