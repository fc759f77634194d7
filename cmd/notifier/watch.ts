import { findHold, type Hold } from '../../api/storage/hold.ts'
import { waitingByProvider, type WaitingFor } from '../../api/storage/operator-status.ts'
import type { Notifier } from './notifier.ts'

/** An operator who reads a log sees within this why nothing moves; nothing else depends on it. */
const lookEveryMs = 10_000

/**
 * Tells the log, whenever it changes, why mails do not leave though this process is well: sending is on hold, or messages began with a
 * provider that it does not have. It only looks; the statements that claim and mark know for themselves.
 * @returns a function that ends it.
 */
export function watchSending({
  db,
  transport,
  log,
  clock,
}: Pick<Notifier, 'db' | 'transport' | 'log' | 'clock'>): () => void {
  let toldHold: string | undefined
  let toldWaiting = ''

  async function look() {
    tellHold(await findHold(db))
    const others = await waitingByProvider(db)
    tellWaiting(others.filter(({ provider }) => provider !== transport.provider))
  }

  function tellHold(hold: Hold | undefined) {
    const since = hold?.since.toISOString()
    if (since === toldHold) return
    toldHold = since
    if (hold) {
      const { heldBy, reason } = hold
      log.warn({ since, heldBy, reason }, 'sending is on hold: nothing new leaves until `tidings release`')
    } else log.info('the hold is over: sending goes on')
  }

  function tellWaiting(waiting: readonly WaitingFor[]) {
    const facts = JSON.stringify(waiting)
    if (facts === toldWaiting) return
    toldWaiting = facts
    for (const { provider, messages, served } of waiting) {
      if (served) log.info({ provider, messages }, 'messages are left to the notifiers that have their provider')
      else log.warn({ provider, messages }, `messages wait for provider ${provider}, which no live notifier has`)
    }
  }

  const lookSafely = () => void look().catch((error: unknown) => log.debug({ err: error }, 'could not look'))
  lookSafely()
  return clock.every(lookEveryMs, lookSafely)
}
