import type { MessageKind } from './message.ts'

const hourMs = 3_600_000

/** Found later than this, a message does not go out by itself: "doors open at six" at midnight is worse than silence. */
const missedAfterMs = 6 * hourMs

/** How long after firing a mail of this kind is still worth sending. Reminders end with the start of their event. */
const usefulForMs: Record<Exclude<MessageKind, 'reminder'>, number> = {
  broadcast: 24 * hourMs,
  resend: 24 * hourMs,
  notice: 72 * hourMs,
  confirmation: 72 * hourMs,
  test: hourMs,
}

/** These stay true for as long as they are useful, so that being late is no reason to drop them. */
const neverMissed: readonly MessageKind[] = ['notice', 'confirmation']

export type DueMessage = { kind: MessageKind; sendAt: Date }
export type Firing = { kind: 'fire'; expiresAt: Date } | { kind: 'missed' }

/**
 * Whether a due message fires now. `nextReminderDue`: another seeded reminder of the event is due as well, which makes
 * an older one pointless.
 */
export function planFiring(
  message: DueMessage,
  event: { startsAt: Date },
  nextReminderDue: boolean,
  now: Date,
): Firing {
  const lateMs = now.getTime() - message.sendAt.getTime()
  if (lateMs > missedAfterMs && !neverMissed.includes(message.kind)) return { kind: 'missed' }
  if (message.kind !== 'reminder') {
    return { kind: 'fire', expiresAt: new Date(now.getTime() + usefulForMs[message.kind]) }
  }
  if (nextReminderDue || event.startsAt <= now) return { kind: 'missed' }
  return { kind: 'fire', expiresAt: event.startsAt }
}
