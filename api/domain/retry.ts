import type { AmbiguityPolicy } from './message.ts'
import type { SendResult } from './send-result.ts'

/** No retry waits longer: half an hour is what greylisting receivers ask for at most. */
const retryDelayMaxMs = 30 * 60_000

/** A lost answer is risked again at most this often, then the delivery is held as unknown. */
export const blindResendsMax = 3

/**
 * Doubling with full jitter (AWS Architecture Blog, "Exponential Backoff and Jitter"): `firstMs` bounds the first wait,
 * and `random` in [0, 1) is handed in. Never less than half of what was asked, so that a retry-after is respected.
 */
export function retryDelayMs(firstMs: number, attempt: number, random: number): number {
  const bound = Math.min(retryDelayMaxMs, firstMs * 2 ** Math.max(0, attempt - 1))
  return Math.max(firstMs, Math.round(bound * (0.5 + random / 2)))
}

/** What a delivery becomes after a send; `dueInMs` says when a queued one may be tried again. */
export type Outcome =
  | { state: 'accepted'; providerMessageId: string; reply?: string }
  | { state: 'failed' | 'unknown'; reason: string; reply?: string }
  | { state: 'queued'; reason: string; reply?: string; dueInMs: number; attemptBurnt: boolean }

export type Try = {
  /** How often the row was wired, this time included. */
  attempt: number
  /** Time left until the message is no longer useful. */
  expiresInMs: number
  policy: AmbiguityPolicy
  /** The provider recognises a repeat by its key, so that a lost answer may be asked for again. */
  deduplicates: boolean
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
  rejected: ({ reason, reply }) => ({ state: 'failed', reason, reply }),
  misconfigured: ({ reason, reply }, attempt) =>
    later({ reason, reply, afterMs: misconfiguredRetryMs }, attempt, false),
  throttled: (result, attempt) => later(result, attempt, false),
  overQuota: (result, attempt) => later(result, attempt, false),
  tryLater: (result, attempt) => later(result, attempt, true),
  unknown: ({ reason, reply, conflict }, attempt) => {
    if (conflict) return { state: 'unknown', reason, reply }
    if (attempt.deduplicates) return later({ reason, reply, afterMs: keyedReplayMs }, attempt, true)
    return mayResend(attempt)
      ? { state: 'queued', reason, reply, dueInMs: 0, attemptBurnt: true }
      : { state: 'unknown', reason, reply }
  },
}

/** Whether a row whose fate nobody knows is sent again rather than held. */
function mayResend({ policy, attempt }: Pick<Try, 'policy' | 'attempt'>): boolean {
  return policy === 'resend' && attempt <= blindResendsMax
}

function later(
  { reason, reply, afterMs }: { reason: string; reply?: string; afterMs: number },
  { attempt, expiresInMs, random }: Try,
  attemptBurnt: boolean,
): Outcome {
  const dueInMs = attemptBurnt ? retryDelayMs(afterMs, attempt, random) : afterMs
  if (dueInMs >= expiresInMs) return { state: 'failed', reason: `${reason} It was too late to try again.`, reply }
  return { state: 'queued', reason, reply, dueInMs, attemptBurnt }
}
