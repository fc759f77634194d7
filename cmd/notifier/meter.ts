import type { SendResult } from '../../api/domain/send-result.ts'

/** What the engine counts of itself. Handed in like the clock; without one nobody counts. */
export type Meter = {
  add(counter: Counter, by?: number): void
  /** One statement of many rows, and how long it took. */
  batch(statement: 'mark' | 'record', rows: number, ms: number): void
  /** What rows became, in one word each. */
  recorded(words: readonly RecordedWord[]): void
  /** One call to the provider: what it answered for each mail, and after how long. */
  answered(kinds: readonly SendResult['kind'][], ms: number): void
}

/** `retried`: queued again after a try that counts; `given_back`: queued again, and no try was burnt. */
export const recordedWords = ['accepted', 'failed', 'unknown', 'retried', 'given_back'] as const
export type RecordedWord = (typeof recordedWords)[number]

export const counters = {
  double_send_detected: 'Acceptances that nobody expected: a mail went twice',
  leases_lost: 'Units whose claim ran out under this process',
  units_taken_over: 'Units claimed whose last owner had not given them back',
  record_failures: 'Times that outcomes could not be written at once',
} as const
export type Counter = keyof typeof counters
