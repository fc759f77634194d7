import type { Outcome } from '../../api/domain/retry.ts'
import type { SendResult } from '../../api/domain/send-result.ts'

/** What the engine counts of itself. Handed in like the clock; without one nobody counts. */
export type Meter = {
  add(counter: Counter, by?: number): void
  /** One page of the ledger: outcomes written, rows marked as wired, and how long the database took. */
  page(recorded: number, marked: number, ms: number): void
  /** What rows became, in one word each. */
  recorded(words: readonly RecordedWord[]): void
  /** One call to the provider: what it answered for each mail, and after how long. */
  answered(results: readonly SendResult[], ms: number): void
}

/** `retried`: queued again after a try that counts; `given_back`: queued again, and no try was burnt. */
export const recordedWords = ['accepted', 'failed', 'unknown', 'retried', 'given_back'] as const
export type RecordedWord = (typeof recordedWords)[number]

export function recordedWord(outcome: Outcome): RecordedWord {
  if (outcome.state !== 'queued') return outcome.state
  return outcome.attemptBurnt ? 'retried' : 'given_back'
}

export const counters = {
  double_send_detected: 'Acceptances that nobody expected: a mail went twice',
  leases_lost: 'Units whose claim ran out under this process',
  units_taken_over: 'Units claimed whose last owner had not given them back',
  record_failures: 'Times that outcomes could not be written at once',
  counters_checked: 'Messages whose counters were held against their rows',
  counters_adrift: 'Messages whose counters differed from their rows, and were mended',
  settle_failures: 'Times that mails which must not go could not be settled at once',
} as const
export type Counter = keyof typeof counters
