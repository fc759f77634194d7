import { misconfiguredRetryMs } from '../../api/domain/retry.ts'
import type { SendResult } from '../../api/domain/send-result.ts'
import type { Closing } from './account.ts'

// What an answer says about the account, beside what it says about a guest.

/** What closes the account for everybody, at the first time. */
export function closingOf(result: SendResult): Closing | undefined {
  if (result.kind === 'overQuota') return { ...words(result), kind: 'overQuota', askedMs: result.afterMs, failed: true }
  if (result.kind !== 'misconfigured') return undefined
  return { ...words(result), kind: 'misconfigured', askedMs: misconfiguredRetryMs, failed: true }
}

/** A deferral with the server's words is a sign of life too: it has looked at this mail. */
export function isSignOfLife(result: SendResult): boolean {
  if (result.kind === 'tryLater') return result.reply !== undefined
  return result.kind === 'accepted' || result.kind === 'rejected' || result.kind === 'split'
}

export function isLost(result: SendResult): result is Extract<SendResult, { kind: 'tryLater' | 'unknown' }> {
  if (result.kind === 'tryLater') return result.reply === undefined
  return result.kind === 'unknown' && !result.conflict
}

/** The mails of a batch have one answer between them, mostly. */
export function distinct(results: readonly SendResult[]): readonly SendResult[] {
  return results.length === 1
    ? results
    : results.filter(({ kind }, at) => results.findIndex((r) => r.kind === kind) === at)
}

export function words({ reason, reply }: { reason: string; reply?: string }) {
  return { reason, reply }
}
