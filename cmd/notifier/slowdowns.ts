import type { SendResult } from '../../api/domain/send-result.ts'
import { slowDown } from '../../api/storage/rate-buckets.ts'
import type { Account } from './account.ts'
import type { Notifier } from './notifier.ts'
import type { createSpeedometer } from './speedometer.ts'

/** A provider whose lines break is asked again after this long, and then after twice that. */
export const lostMs = 5_000

/** A server that says "slow down" once is shedding a line; one that says it so often within the time means all of us. */
const slowdownsBeforeHeeding = 3
const slowdownsWithinMs = 10_000

/** A line that was shed is not opened anew at once. No longer, for it may have been its hundredth mail, the last that its server allows. */
export const shedRestMs = 1_000

/** So many shed lines in a row without a mail taken, and it is no use to go on: where every other mail is taken, that is one in a million. */
const shedsBeforeClosing = 20

type Throttled = Extract<SendResult, { reason: string; afterMs: number }>

/** What is done when a provider asks to send more slowly: a lower rate for all, and an account that is closed where that is what it means. */
export function createSlowdowns(
  { db, log, transport, clock }: Notifier,
  account: Account,
  speed: ReturnType<typeof createSpeedometer>,
) {
  let slowdowns: number[] = []
  let sheds = 0

  /** The provider asks for patience. One that counts our calls means the account, for as long as it says. */
  function heed({ reason, reply, afterMs }: Throttled) {
    if (transport.shedsLines) return shed(reason, reply)
    const counts = account.known().limited
    if (counts) account.close({ kind: 'throttled', reason, reply, askedMs: afterMs, failed: false })
    if (counts || isOften()) lowerRate()
    else account.lost({ kind: 'away', reason, reply, askedMs: afterMs, failed: true })
  }

  /** A line was closed to shed load. All others go on, more slowly if it happens often, for between two such answers mails are taken. */
  function shed(reason: string, reply: string | undefined) {
    sheds += 1
    if (isOften()) lowerRate()
    if (sheds >= shedsBeforeClosing || !account.isOpen())
      account.close({ kind: 'throttled', reason, reply, askedMs: lostMs, failed: true })
  }

  /** Counts one more request to slow down; so many of them are heard once. */
  function isOften(): boolean {
    const now = clock.now()
    slowdowns = [...slowdowns.filter((at) => now - at < slowdownsWithinMs), now]
    if (slowdowns.length < slowdownsBeforeHeeding) return false
    slowdowns = []
    return true
  }

  function lowerRate() {
    void slowDown(db, account.key, speed.callsPerSecond())
      .then(() => account.refresh())
      .catch((error: unknown) => log.error({ err: error }, 'the rate could not be lowered'))
  }

  return {
    heed,
    /** A mail was taken, or looked at. */
    end: () => void (sheds = 0),
  }
}
