import type { DeliveryState } from './delivery.ts'
import { saysNothing, type Feedback } from './feedback.ts'

/** The row that a report is about, as far as it decides what the report is worth. */
export type ReportedRow = {
  state: DeliveryState
  generation: number
  address: string | null
  providerMessageId: string | null
  wiredAt: Date | null
}

/**
 * `fact`: it is about a mail that was taken. `evidence`: it proves that a mail was taken whose answer we do not have. `wait`: the answer
 * is still to come. `unprocessable`: no mail of ours is meant, or another than it says. `unhandled`: it is about nothing that we keep.
 */
export type Verdict = 'fact' | 'evidence' | 'wait' | 'unprocessable' | 'unhandled'

/** A report waits for its row this long; then it is about a mail that was never sent. */
export const waitsForHours = 24

/** Looked at again after 1, 2, 4 ... seconds, and then every half minute: by then a lease has run out, and the row is known or unknown. */
export function waitsForMs(tries: number): number {
  return Math.min(1000 * 2 ** tries, 30_000)
}

/** What a report is worth. Provider id and address have to agree with the row: who has one of the two may be guessing the other. */
export function judgeFeedback(report: Feedback, row: ReportedRow | undefined): Verdict {
  if (saysNothing(report)) return 'unhandled'
  if (row === undefined || report.generation > row.generation || !agrees(report, row)) return 'unprocessable'
  if (row.state === 'accepted') return 'fact'
  if (row.state === 'queued' || row.state === 'wired' || row.state === 'unknown') return worthOfUnanswered(report, row)
  return 'unprocessable'
}

/**
 * A mail that left and whose answer is not in: the provider's own name for it proves that it was taken. A report without a name proves as
 * much of a row that is in doubt, but of one on the wire the name is about to come.
 */
function worthOfUnanswered({ providerMessageId, generation }: Feedback, row: ReportedRow): Verdict {
  if (row.wiredAt === null && generation === row.generation) return 'wait'
  return providerMessageId !== undefined || row.state !== 'wired' ? 'evidence' : 'wait'
}

function agrees({ generation, address, providerMessageId }: Feedback, row: ReportedRow): boolean {
  // An address may have been emptied with its guest. One that was corrected between two tries is another mailbox: what becomes of a mail there
  // is nothing that the guest has seen, and must neither count for him nor keep his own mail back.
  if (address !== undefined && row.address !== null && address.toLowerCase() !== row.address.toLowerCase()) return false
  // The provider's name is known of the last try only.
  if (generation < row.generation) return true
  return (
    providerMessageId === undefined || row.providerMessageId === null || providerMessageId === row.providerMessageId
  )
}
