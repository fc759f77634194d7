import { outcomeOf, type Outcome } from '../../api/domain/retry.ts'
import type { SendResult } from '../../api/domain/send-result.ts'
import type { SendableRow } from '../../api/storage/rows.ts'
import type { BatchName, Call } from './call.ts'
import type { Hand, Job } from './hand.ts'
import { expiresInMs } from './in-flight.ts'
import type { Ledger } from './ledger.ts'
import type { Notifier } from './notifier.ts'

/** A lost answer to a batch is asked for again after this long at first, then after the batch's age, so that the waits double. */
const replayDelayMinMs = 1000
const replayDelayMaxMs = 30 * 60_000

/** What was marked and surely not sent: it waits for another turn, and no attempt is burnt. */
export const notSentYet = {
  state: 'queued',
  reason: 'Not sent yet.',
  dueInMs: 0,
  attemptBurnt: false,
} as const satisfies Outcome

/** Turns what a provider answered into what each row becomes, and enters it in the ledger. */
export function createAnswers({ transport, random, clock }: Notifier, hand: Hand, ledger: Ledger) {
  /** Entered in the background: the line is free for the next mail meanwhile. Without an outcome the row stays as it is. */
  function enter(job: Job, row?: SendableRow, outcome?: Outcome) {
    ledger.enter({ unit: job.unit, row, outcome })
  }

  /** The same for a row that was marked: what is in doubt about it ends here, unless the mark was a former owner's. */
  function enterWired(job: Job, row?: SendableRow, outcome?: Outcome, closed?: BatchName) {
    ledger.enter({ unit: job.unit, row, outcome, closed, wired: !job.replay })
  }

  /** Surely not sent: queued again without a burnt attempt, and once that is written, in the hand again to be marked anew. */
  function askAnew(job: Job, rows: SendableRow[], closed?: BatchName, outcome: Outcome = notSentYet) {
    const { unit, message } = job
    // The rows are entered twice, now and with their next call, so the unit has more to wait for.
    unit.left += rows.length
    let unwritten = rows.length
    const written = () => {
      unwritten -= 1
      if (unwritten === 0) hand.put({ unit, message, rows })
    }
    for (const row of rows) ledger.enter({ unit, row, outcome, closed, wired: !job.replay, written })
  }

  function toOutcome({ message }: Job, row: SendableRow, result: Exclude<SendResult, { kind: 'split' }>): Outcome {
    return outcomeOf(result, {
      attempt: row.attempt + 1,
      expiresInMs: expiresInMs(message, clock.now()),
      policy: message.policy,
      deduplicates: transport.deduplicates,
      doubtForMs: row.doubtForMs,
      doubted: row.doubted,
      evidenceWithinMs: transport.evidenceWithinMs,
      random: random(),
    })
  }

  return {
    enter,
    enterWired,
    askAnew,

    /** One result per mail of the call, in order. */
    take(job: Job, { written, batch }: Call, results: readonly SendResult[]) {
      if (batch && results.every((result) => result.kind === 'unknown' && !result.conflict)) {
        // The batch stays open and its rows wired: only the same call, repeated whole, can tell.
        const ageMs = job.replay?.ageMs ?? 0
        job.unit.replayInMs = Math.min(replayDelayMaxMs, Math.max(replayDelayMinMs, ageMs))
        for (const _ of written) enterWired(job)
        return
      }
      written.forEach(({ row }, index) => {
        const result = results[index]!
        // A batch was refused for the sake of some of its mails: each goes again in a call of its own, and the bad one fails alone.
        if (result.kind === 'split') askAnew(job, [row], batch, { ...notSentYet, reason: result.reason })
        else enterWired(job, row, toOutcome(job, row, result), batch)
      })
    },
  }
}

export type Answers = ReturnType<typeof createAnswers>
