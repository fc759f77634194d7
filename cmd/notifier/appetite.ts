import type { Transport } from '../../api/providers/provider.ts'
import type { Clock } from './clock.ts'
import type { Hand } from './hand.ts'

/** A process holds this much work: enough to never wait for the database, and little enough to lose to a crash or keep from others. */
const holdsMs = 2000

/** Calls per line that are always held, also while nothing is known yet of how fast mails leave. */
const callsPerLineMin = 4

/** Rows at most: a row in hand takes about a kilobyte. */
const rowsMax = 20_000

/** A shorter look at the pace would see chance. */
const sampleMinMs = 100

/** How much of the pace is what was seen last; halves in three looks what was so before. */
const newShare = 0.25

/**
 * How many rows this process should have in hand: two seconds of work at the pace at which mails leave now. While the hand runs empty,
 * the pace is not the provider's but ours, so it counts only upwards.
 */
export function createAppetite(
  clock: Clock,
  hand: Hand,
  { linesMax, batchMax }: Pick<Transport, 'linesMax' | 'batchMax'>,
) {
  const rowsMin = linesMax * batchMax * callsPerLineMin
  let perSecond = 0
  let sampledAt = clock.now()
  let takenThen = hand.rowsTaken()
  let wasBusy = false

  function sample() {
    const now = clock.now()
    const elapsedMs = now - sampledAt
    if (elapsedMs < sampleMinMs) return
    const seen = ((hand.rowsTaken() - takenThen) * 1000) / elapsedMs
    const isBusy = hand.rowsWaiting() > 0
    if (wasBusy && isBusy) perSecond += (seen - perSecond) * newShare
    perSecond = Math.max(perSecond, wasBusy && isBusy ? 0 : seen)
    ;[sampledAt, takenThen, wasBusy] = [now, hand.rowsTaken(), isBusy]
  }

  return {
    /** Rows to hold when the hand is full. */
    rows(): number {
      sample()
      return Math.min(rowsMax, Math.max(rowsMin, Math.round((perSecond * holdsMs) / 1000)))
    },
  }
}

export type Appetite = ReturnType<typeof createAppetite>
