import type { AmbiguityPolicy } from './message.ts'
import type { SendResult } from './send-result.ts'

/** No retry waits longer: half an hour is what greylisting receivers ask for at most. */
const retryDelayMaxMs = 30 * 60_000

/** A lost answer is risked again at most this often, then the delivery is held as unknown. */
export const blindResendsMax = 3

/** Resend forgets a key after 24 hours (resend.com/docs, idempotency keys); an hour is left for clocks and queues. */
export const replayWithinMs = 23 * 3_600_000

/**
 * Doubling with full jitter (AWS Architecture Blog, "Exponential Backoff and Jitter"): `firstMs` bounds the first wait,
 * and `random` in [0, 1) is handed in. Never less than half of what was asked, so that a retry-after is respected.
 */
export function retryDelayMs(firstMs: number, attempt: number, random: number): number {
  const bound = Math.min(retryDelayMaxMs, firstMs * 2 ** Math.max(0, attempt - 1))
  return Math.max(firstMs, Math.round(bound * (0.5 + random / 2)))
}

/**
 * What a delivery becomes after a send. `dueInMs` says when a queued one may be tried again, and how long an unknown one waits for a
 * word of the provider's before the policy decides. `inDoubt`: this try may have succeeded. `badAddress`: nobody lives there.
 */
export type Outcome =
  | { state: 'accepted'; providerMessageId: string; reply?: string }
  | { state: 'failed'; reason: string; reply?: string; badAddress?: boolean }
  | { state: 'unknown'; reason: string; reply?: string; dueInMs?: number }
  | { state: 'queued'; reason: string; reply?: string; dueInMs: number; attemptBurnt: boolean; inDoubt?: true }

export type Try = {
  /** How often the row was wired, this time included. */
  attempt: number
  /** Time left until the message is no longer useful. */
  expiresInMs: number
  policy: AmbiguityPolicy
  /** The provider recognises a repeat by its key, so that a lost answer may be asked for again. */
  deduplicates: boolean
  /** How long ago the answer to an earlier try was lost; null or missing when all answers are known. */
  doubtForMs?: number | null
  /** Nobody knows whether the mail arrived before its host had it sent again, under another key. */
  doubted?: boolean
  /** The provider tells by an event what it has taken, within this long. */
  evidenceWithinMs?: number
  random: number
}

/** A keyed repeat of a lost call starts after one second (the provider may still be working on it). */
const keyedReplayMs = 1000

/** A refused login is looked at again after this long: an operator mends it in minutes, and nobody's attempt is burnt meanwhile. */
export const misconfiguredRetryMs = 30_000

/** Turns what the provider said into what the row becomes. */
export function outcomeOf(result: Exclude<SendResult, { kind: 'split' }>, attempt: Try): Outcome {
  return outcomes[result.kind](result as never, attempt)
}

type ResultOf<K extends SendResult['kind']> = Extract<SendResult, { kind: K }>

const outcomes: { [K in Exclude<SendResult['kind'], 'split'>]: (result: ResultOf<K>, attempt: Try) => Outcome } = {
  accepted: ({ providerMessageId, reply }) => ({ state: 'accepted', providerMessageId, reply }),
  rejected: ({ reason, reply, badAddress }, attempt) =>
    attempt.doubted || (mayHaveGone(attempt) && !attempt.deduplicates)
      ? { state: 'unknown', reason: `An earlier try may have been sent. The last one was refused: ${reason}`, reply }
      : { state: 'failed', reason, reply, ...(badAddress && { badAddress }) },
  // The message is paused until the account works again, so the guest has nothing more to wait for.
  misconfigured: ({ reason, reply }) => ({ state: 'queued', reason, reply, dueInMs: 0, attemptBurnt: false }),
  throttled: (result, attempt) => later(result, attempt, false),
  overQuota: (result, attempt) => later(result, attempt, false),
  tryLater: (result, attempt) => later(result, attempt, true),
  unknown: ({ reason, reply, conflict }, attempt) => {
    const again = conflict ? undefined : attempt.deduplicates ? keyedReplay(attempt) : blindResend(attempt)
    return again ? { ...again, reason, reply } : { state: 'unknown', reason, reply }
  },
}

type Again =
  | { state: 'queued'; dueInMs: number; attemptBurnt: true; inDoubt: true }
  | { state: 'unknown'; dueInMs: number }

/** The same mail under the same key, for as long as the provider remembers the key and the mail is useful. */
function keyedReplay({ attempt, random, doubtForMs, expiresInMs }: Try): Again | undefined {
  const dueInMs = retryDelayMs(keyedReplayMs, attempt, random)
  const isForgotten = (doubtForMs ?? 0) + dueInMs >= replayWithinMs
  return isForgotten || dueInMs >= expiresInMs
    ? undefined
    : { state: 'queued', dueInMs, attemptBurnt: true, inDoubt: true }
}

/** A rare double is preferred to a lost mail; but where the provider tells what it has taken, its word is waited for. */
function blindResend({ policy, attempt, evidenceWithinMs, expiresInMs }: Try): Again | undefined {
  const dueInMs = evidenceWithinMs ?? 0
  if (policy !== 'resend' || attempt > blindResendsMax || dueInMs >= expiresInMs) return undefined
  return evidenceWithinMs === undefined
    ? { state: 'queued', dueInMs, attemptBurnt: true, inDoubt: true }
    : { state: 'unknown', dueInMs }
}

function mayHaveGone({ doubtForMs, doubted }: Try): boolean {
  return doubted === true || (doubtForMs !== null && doubtForMs !== undefined)
}

function later(
  { reason, reply, afterMs }: { reason: string; reply?: string; afterMs: number },
  known: Try,
  attemptBurnt: boolean,
): Outcome {
  const dueInMs = attemptBurnt ? retryDelayMs(afterMs, known.attempt, known.random) : afterMs
  if (dueInMs >= known.expiresInMs) {
    const state = mayHaveGone(known) ? 'unknown' : 'failed'
    return { state, reason: `${reason} It was too late to try again.`, reply }
  }
  return { state: 'queued', reason, reply, dueInMs, attemptBurnt }
}
