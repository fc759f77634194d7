import type { SendResult } from '../../api/domain/send-result.ts'
import type { NoLine } from '../../api/providers/provider.ts'
import { setRate } from '../../api/storage/rate-buckets.ts'
import type { Account } from './account.ts'
import { createSlowdowns, lostMs, shedRestMs } from './slowdowns.ts'
import { createSpeedometer } from './speedometer.ts'
import type { Notifier } from './notifier.ts'
import { closingOf, distinct, isLost, isSignOfLife, words } from './signs.ts'

/** A waiting sender looks this often whether the process is told to stop. */
const lookEveryMs = 250

/** A sender that got no line, while others have one, leaves the provider alone for no longer than this. */
const restMaxMs = 60_000

/** However long the bucket says: somebody may have given it more meanwhile, and asking costs one statement. */
const waitMaxMs = 5_000

/** Tokens that this process did not ask for in time may be asked for late, as far as the bucket holds them. */
const slackMs = 250

/** So many guests in a row are no guest's own affair. */
const doubtsBeforeHeeding = 3

/** As a receiver that defers: one guest's server may be mended, too. */
const doubtfulRetryMs = 60_000

/**
 * When a sender may begin: not while the account is closed, not while the sender rests, and no faster than the account's tokens come.
 * Reads every answer for what it says about the account; what it says about a guest is not its business.
 */
export function createPace(notifier: Notifier, account: Account) {
  const { db, log, transport, clock } = notifier
  const speed = createSpeedometer(clock)
  const slowdowns = createSlowdowns(notifier, account, speed)
  let nextAskAt = 0
  let doubts = 0
  let rateTold = transport.pace?.()?.callsPerSecond

  /** The time between two tokens, when there are tokens at all. */
  function intervalMs(): number {
    const { limited, rate } = account.known()
    return limited && rate ? 1000 / rate : 0
  }

  async function sleepUntil(at: () => number, isStopping: () => boolean) {
    while (!isStopping() && clock.now() < at()) await clock.sleep(Math.min(lookEveryMs, at() - clock.now()))
  }

  /** A refusal that may be about one guest is that guest's delay, until nobody else passes either. */
  function withoutDoubt(result: SendResult): SendResult {
    if (result.kind === 'accepted') doubts = 0
    if (result.kind !== 'misconfigured' || !result.doubtful) return result
    doubts += 1
    if (doubts >= doubtsBeforeHeeding) return result
    return { kind: 'tryLater', afterMs: doubtfulRetryMs, ...words(result), reply: result.reply ?? result.reason }
  }

  /** An answer may tell that the account allows more, or less. */
  function heedNewRate() {
    const rate = transport.pace?.()?.callsPerSecond
    if (rate === rateTold) return
    rateTold = rate
    void setRate(db, account.key, rate ?? null)
      .then(() => account.refresh())
      .catch((error: unknown) => log.error({ err: error }, 'the rate could not be entered'))
  }

  return {
    /** Resolves with true when a call may begin; with false when the account is closed, or the process is to stop. */
    async ready(isStopping: () => boolean): Promise<boolean> {
      const isOver = () => isStopping() || account.isClosed()
      while (!isOver()) {
        await sleepUntil(() => nextAskAt, isOver)
        if (!isOver() && (await account.admits())) return true
        if (!isOver()) await clock.sleep(lookEveryMs)
      }
      return false
    },

    /** Whether a line that is in use has to stop before its next mail. */
    isPaused: () => !account.isOpen() || clock.now() < nextAskAt,

    /** Uses up this process's turn to ask for a token; false when somebody was faster. Without a limit there is nothing to use up. */
    takesTurn(): boolean {
      const interval = intervalMs()
      if (interval === 0) return true
      if (clock.now() < nextAskAt) return false
      nextAskAt = Math.max(nextAskAt, clock.now() - slackMs) + interval
      return true
    },

    /** There was no token; somebody here asks again when there may be one. */
    waits(ms: number) {
      if (ms > 0) nextAskAt = clock.now() + Math.min(ms, waitMaxMs)
      account.wasNotUsed()
    },

    /** The call that was admitted was not made. */
    unused: () => account.wasNotUsed(),

    /** No line could be had: that burns no guest's attempt. This sender rests; a few in a row, and all do. */
    async pause(refusal: NoLine['result'], isStopping: () => boolean) {
      const closing = closingOf(refusal)
      if (closing) return account.close(closing)
      const askedMs = 'afterMs' in refusal ? refusal.afterMs : lostMs
      account.lost({ ...words(refusal), kind: 'away', askedMs, failed: true })
      const restedAt = clock.now() + Math.min(restMaxMs, askedMs)
      await sleepUntil(() => (account.isOpen() ? restedAt : 0), isStopping)
    },

    /** The line of this sender is gone because of this answer; one that was shed is missed for a moment. */
    async rest({ kind }: SendResult, isStopping: () => boolean) {
      const restedAt = clock.now() + shedRestMs
      if (kind === 'throttled' && transport.shedsLines) await sleepUntil(() => restedAt, isStopping)
    },

    /** Looks through the answers of one call for what they say about the account. @returns what they say about the guests. */
    notice(answers: readonly SendResult[]): SendResult[] {
      if (answers.length === 0) return []
      const results = answers.map(withoutDoubt)
      speed.count()
      if (results.some(isSignOfLife)) {
        slowdowns.end()
        account.isAlive()
      }
      for (const result of distinct(results)) {
        const closing = closingOf(result)
        if (closing) account.close(closing)
        else if (result.kind === 'throttled') slowdowns.heed(result)
        else if (isLost(result)) account.lost({ ...words(result), kind: 'away', askedMs: lostMs, failed: true })
      }
      heedNewRate()
      return results
    },
  }
}

export type Pace = ReturnType<typeof createPace>
