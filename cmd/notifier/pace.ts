import { misconfiguredRetryMs, retryDelayMs } from '../../api/domain/retry.ts'
import type { SendResult } from '../../api/domain/send-result.ts'
import type { NoLine } from '../../api/providers/provider.ts'
import type { Notifier } from './notifier.ts'

/** A waiting sender looks this often whether the process is told to stop. */
const lookEveryMs = 250

/** Holds all senders back while the provider takes no mail: that is the transport's trouble, and burns no guest's attempt. */
export function createPace({ log, random, clock }: Notifier) {
  let pausedUntil = 0
  let refusals = 0

  /** All lines meet the same trouble at the same moment. That is one refusal, and each of the others only says so again. */
  function pause(refusal: NoLine['result']) {
    const now = clock.now()
    if (now < pausedUntil) {
      pausedUntil = Math.max(pausedUntil, now + waitOf(refusal))
      return
    }
    refusals += 1
    const waitMs = retryDelayMs(waitOf(refusal), refusals, random())
    pausedUntil = now + waitMs
    log.warn({ reason: refusal.reason, waitMs: Math.round(waitMs) }, 'the provider takes no mail at the moment')
  }

  const isPaused = () => clock.now() < pausedUntil

  return {
    pause,

    /** Asked by a line that has a connection in hand: a pause is everybody's. */
    isPaused,

    /** Looks through the answers of one call for a wish to slow down. */
    notice(results: readonly SendResult[]) {
      const refusal = results.find(asksToSlowDown)
      if (refusal) pause(refusal)
      else refusals = 0
    },

    /** Resolves when mails may leave again, or the process is to stop. */
    async ready(isStopping: () => boolean) {
      while (!isStopping() && isPaused()) {
        await clock.sleep(Math.min(lookEveryMs, pausedUntil - clock.now()))
      }
    },
  }
}

type SlowDown = Extract<SendResult, { kind: 'misconfigured' | 'throttled' | 'overQuota' }>

function asksToSlowDown(result: SendResult): result is SlowDown {
  return result.kind === 'misconfigured' || result.kind === 'throttled' || result.kind === 'overQuota'
}

function waitOf(refusal: NoLine['result']) {
  return 'afterMs' in refusal ? refusal.afterMs : misconfiguredRetryMs
}
