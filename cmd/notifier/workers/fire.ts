import { fireNextDue } from '../../../api/storage/fire.ts'
import type { Clock } from '../clock.ts'
import type { Worker } from '../worker.ts'

/** Messages fired in one turn, so that a herd of due reminders does not keep those that fired from being sent. */
const firesPerTurn = 50

/** Moves due messages from scheduled to sending. */
export const fire: Worker = {
  name: 'fire',
  async run({ notifier, lease }) {
    if (!lease.isTrusted() || lease.isStandby()) return false
    const { db, transport, from, publicUrl, log, clock } = notifier
    const firer = { provider: transport.provider, from, publicUrl }
    const busy: string[] = []
    for (let fired = 0; fired < firesPerTurn; fired++) {
      const result = await fireNextDue(db, firer, busy)
      if (result.kind === 'nothingDue') return lookAgain(clock, busy.length)
      if (result.kind === 'busy') busy.push(result.messageId)
      else log.info({ messageId: result.messageId, lateMs: result.lateMs }, `message ${result.kind}`)
    }
    return true
  },
}

/** An edit holds its event for milliseconds; what it held back is looked at again right after, not at the next poll. */
const lookAgainAfterMs = 250

async function lookAgain(clock: Clock, busy: number) {
  if (busy > 0) await clock.sleep(lookAgainAfterMs)
  return busy > 0
}
