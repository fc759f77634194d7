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

/**
 * The claims of this process: those it knows of, and what to do about those that turn out to be somebody else's by now. `mayClaim`: it may
 * make new ones again, after a time in which it was not trusted or stood by.
 */
export type Claims = { held(): readonly UnitKey[]; lose(lost: readonly UnitKey[]): void; mayClaim(): void }

/** Keeps this process's claims alive. */
export function keepLease(notifier: Notifier, claims: Claims): Lease {
  const { db, id, log, transport, settings, clock } = notifier
  let confirmedAt = clock.now()
  let standby = false
  let beating: Promise<void> | undefined

  const isTrusted = () => clock.now() - confirmedAt < settings.leaseMs * trustedShare

  async function beatOnce() {
    const askedAt = clock.now()
    const couldClaim = isTrusted() && !standby
    try {
      const asked = claims.held()
      const kept = await renewLeases(db, id, asked, settings.leaseMs)
      // Of those only that were asked for: what was claimed while the heartbeat travelled is not in its answer.
      claims.lose(asked.filter(isNoneOf(kept)))
      await beatNotifier(db, id)
      if (transport.provider === 'log') {
        const others = await aliveNotifiers(db)
        standby = others.some((other) => other.provider !== 'log')
      }
      confirmedAt = askedAt
      if (!couldClaim && !standby) claims.mayClaim()
    } catch (error) {
      log.warn({ err: error }, 'heartbeat failed; no new mail starts until one succeeds')
    }
  }

  const beat = () => (beating ??= beatOnce().finally(() => (beating = undefined)))
  const beatEveryMs = Math.min(settings.leaseMs / heartbeatsPerLease, heartbeatEveryMaxMs)
  const endBeats = clock.every(beatEveryMs, () => void beat())
  return {
    isTrusted,
    isStandby: () => standby,
    beat,
    stop: endBeats,
  }
}

/** There may be thousands of either: many small messages are many units. */
export function isNoneOf(claims: readonly UnitKey[]): (unit: UnitKey) => boolean {
  const nameOf = ({ messageId, id, epoch }: UnitKey) => `${messageId}/${id}/${epoch}`
  const names = new Set(claims.map(nameOf))
  return (unit) => !names.has(nameOf(unit))
}
