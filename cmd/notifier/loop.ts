import { dueChannel, listen, type Hints } from '../../api/storage/listen.ts'
import { stopNotifier } from '../../api/storage/notifiers.ts'
import { msUntilNextDue } from '../../api/storage/next-due.ts'
import { settleUnit } from '../../api/storage/units.ts'
import { createAccount } from './account.ts'
import { createAppetite } from './appetite.ts'
import { startSenders } from './deliver.ts'
import { createExpansions } from './expansions.ts'
import { createHand } from './hand.ts'
import { createMessageCache } from './in-flight.ts'
import { createLedger } from './ledger.ts'
import { keepLease } from './lease.ts'
import type { Notifier } from './notifier.ts'
import { notSoon, type Desk } from './worker.ts'
import { workers } from './workers.ts'

/** Replicas that wait for the same moment do not all ask in the same millisecond. */
const jitterMaxMs = 250

/** After an error the loop takes a breath, so that a database that is away is not asked a thousand times a second. */
const breathMs = 1000

/** While mails are going out, the hand is looked at this often, so that the next unit is claimed before it is empty. */
const refillEveryMs = 20

/** And everything else this often: asking fifty times a second what is due would cost more than sending. */
export const fullTurnEveryMs = 250

export type RunningNotifier = { stop(): Promise<void> }

/**
 * Runs the notifier until it is stopped: fires what is due, expands, claims, sends. It wakes by poll, at the moment the next thing
 * is due, and by NOTIFY, which is only a hint.
 * @param connectionString of the listening connection; without it the notifier only polls.
 * @param others that want to hear on the same connection.
 */
export function runNotifier(notifier: Notifier, connectionString?: string, others: Hints = {}): RunningNotifier {
  const { db, log, settings, clock } = notifier
  const hand = createHand()
  const ledger = createLedger(notifier, hand)
  const messages = createMessageCache(notifier)
  const stopped = new AbortController()
  let alarm = new AbortController()
  const wake = () => {
    desk.isQueueEmpty = false
    alarm.abort()
  }
  const expansions = createExpansions(notifier, messages, wake)
  const lease = keepLease(notifier, {
    held: () => [...hand.units(), ...expansions.units()],
    lose(lost) {
      const count = hand.lose(lost) + expansions.lose(lost)
      if (count === 0) return
      log.warn({ units: count }, 'claims ran out under us')
      notifier.meter?.add('leases_lost', count)
    },
    // What came due meanwhile was left lying, and nothing else will say so.
    mayClaim: wake,
  })
  const appetite = createAppetite(clock, hand, notifier.transport)
  const account = createAccount(notifier)
  const desk: Desk = {
    notifier,
    account,
    lease,
    hand,
    appetite,
    messages,
    ledger,
    expansions,
    claims: 0,
    isQueueEmpty: false,
  }
  const senders = startSenders(notifier, hand, ledger, lease, account)
  const endListening = connectionString && listen(connectionString, { ...others, [dueChannel]: wake })

  let lastFullTurnAt = -Infinity

  /** Answers in how many ms a worker wishes for another turn. */
  async function turn(): Promise<number> {
    const isFull = hand.units().length === 0 || clock.now() - lastFullTurnAt >= fullTurnEveryMs
    if (isFull) lastFullTurnAt = clock.now()
    let againInMs = notSoon
    for (const worker of workers) {
      if (isFull || worker.refills) againInMs = Math.min(againInMs, await worker.run(desk, isFull))
    }
    return againInMs
  }

  async function rest(againInMs: number) {
    const ms = Math.min(againInMs, hand.units().length > 0 ? refillEveryMs : await idleMs())
    await clock.sleep(ms, AbortSignal.any([alarm.signal, stopped.signal]))
    if (alarm.signal.aborted) alarm = new AbortController()
  }

  async function idleMs() {
    const untilDue = (await msUntilNextDue(db, clock.now() - lastFullTurnAt)) ?? Infinity
    return Math.min(settings.pollIntervalMs, Math.max(0, untilDue) + notifier.random() * jitterMaxMs)
  }

  async function loop() {
    while (!stopped.signal.aborted) {
      try {
        const againInMs = await turn()
        if (againInMs > 0) await rest(againInMs)
      } catch (error) {
        log.error({ err: error }, 'a turn of the notifier failed')
        await clock.sleep(breathMs, stopped.signal)
      }
    }
  }

  const looping = lease.beat().then(loop)

  return {
    async stop() {
      stopped.abort()
      await looping
      await Promise.all([senders.stop(), expansions.stop()])
      for (const unit of hand.units()) await settleUnit(db, unit).catch(() => {})
      lease.stop()
      if (endListening) await endListening()
      await notifier.changes?.stop()
      await stopNotifier(db, notifier.id).catch(() => {})
      await notifier.transport.close()
    },
  }
}
