import { aliveNotifiers, beatNotifier } from '../../api/storage/notifiers.ts'
import { renewLeases, type UnitKey } from '../../api/storage/units.ts'
import type { Notifier } from './notifier.ts'

/** A lease of twenty seconds, renewed every third: two missed heartbeats leave time to stop before another replica takes over. */
const heartbeatsPerLease = 3

/** However long the lease is: after thirty seconds of silence the others, and /readyz, take a notifier for dead. */
const heartbeatEveryMaxMs = 10_000

/** Of the lease, after which nothing new is started without a confirmed heartbeat. */
const trustedShare = 2 / 3

export type Lease = {
  /** Whether a call may start now. Measured with the monotonic clock from before the heartbeat was sent. */
  isTrusted(): boolean
  /** Another live replica has a real provider while this one only logs: it must not take mails from it. */
  isStandby(): boolean
  beat(): Promise<void>
  stop(): void
}

/** Keeps this process's claims alive. `onHeld` gets the units that are still its own after each heartbeat. */
export function keepLease(notifier: Notifier, onHeld: (held: readonly UnitKey[]) => void): Lease {
  const { db, id, log, transport, settings, clock } = notifier
  let confirmedAt = clock.now()
  let standby = false
  let beating: Promise<void> | undefined

  async function beatOnce() {
    const askedAt = clock.now()
    try {
      onHeld(await renewLeases(db, id, settings.leaseMs))
      await beatNotifier(db, id)
      if (transport.provider === 'log') {
        const others = await aliveNotifiers(db)
        standby = others.some((other) => other.provider !== 'log')
      }
      confirmedAt = askedAt
    } catch (error) {
      log.warn({ err: error }, 'heartbeat failed; no new mail starts until one succeeds')
    }
  }

  const beat = () => (beating ??= beatOnce().finally(() => (beating = undefined)))
  const beatEveryMs = Math.min(settings.leaseMs / heartbeatsPerLease, heartbeatEveryMaxMs)
  const endBeats = clock.every(beatEveryMs, () => void beat())
  return {
    isTrusted: () => clock.now() - confirmedAt < settings.leaseMs * trustedShare,
    isStandby: () => standby,
    beat,
    stop: endBeats,
  }
}
