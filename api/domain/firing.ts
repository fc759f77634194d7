import { priorityOf, urgentReminder, type MessageKind } from './message.ts'

const hourMs = 3_600_000

/** Found later than this, a message does not go out by itself: "doors open at six" at midnight is worse than silence. */
export const missedAfterMs = 6 * hourMs

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

/** `firstKind`: what a message that is sent again was the first time. A reminder is of no use after the start, however often it is sent. */
export type Kinds = { kind: MessageKind; firstKind?: MessageKind | null }
export type DueMessage = Kinds & { sendAt: Date }
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
  const expiresAt = usefulUntil(message, event, now)
  if (expiresAt <= now || (message.kind === 'reminder' && nextReminderDue)) return { kind: 'missed' }
  return { kind: 'fire', expiresAt }
}

/** Until when a mail that sets out now is still worth sending. */
export function usefulUntil({ kind, firstKind }: Kinds, event: { startsAt: Date }, now: Date): Date {
  const ends = [kind, firstKind ?? kind].map((each) =>
    each === 'reminder' ? event.startsAt.getTime() : now.getTime() + usefulForMs[each],
  )
  return new Date(Math.min(...ends))
}

/** A reminder of something that begins this soon is the day-of reminder, or one that is late: those of next week let it pass. */
const soonMs = 12 * hourMs

/** Which line the mails of a message wait in, and how it compares with others that fire now. */
export function priorityAt(kind: MessageKind, event: { startsAt: Date }, now: Date): number {
  const isSoon = kind === 'reminder' && event.startsAt.getTime() - now.getTime() < soonMs
  return isSoon ? urgentReminder : priorityOf[kind]
}

type Urgent = DueMessage & { startsAt: Date; now: Date }

/** By priority, then by what is useless soonest, then by what was due first. */
export function byUrgency(one: Urgent, other: Urgent): number {
  const [a, b] = [one, other].map(({ kind, sendAt, startsAt, now }) => [
    priorityAt(kind, { startsAt }, now),
    usefulUntil({ kind }, { startsAt }, now).getTime(),
    sendAt.getTime(),
  ]) as [number[], number[]]
  return a.map((value, index) => value - b[index]!).find((difference) => difference !== 0) ?? 0
}
