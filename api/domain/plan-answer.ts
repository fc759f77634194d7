import type { EventStatus } from './event-status.ts'
import { instantOf } from './event-time.ts'
import { refusals } from './refusals.ts'
import { refused, type Refused } from './refusals/refusal.ts'
import type { EventClock } from './schedule-rule.ts'
import type { RsvpAnswer, RsvpStatus } from './rsvp.ts'

export type AnsweredEvent = EventClock & {
  status: EventStatus
  rsvpUntil: Date | null
  capacity: number | null
}

/** A guest's standing answer. */
export type StandingAnswer = { rsvpStatus: RsvpStatus; partySize: number }

/** Until the deadline and never after the start; a cancelled event takes no answers. */
export function isOpenForAnswers(event: AnsweredEvent, now: Date): boolean {
  const inTime = event.rsvpUntil === null || now <= event.rsvpUntil
  return event.status !== 'cancelled' && inTime && now < instantOf(event.localStart, event.timezone)
}

/**
 * Decides whether a guest may answer so. `seatsOfOthers` are the party sizes of the other guests who are attending, counted under
 * the event's lock. Nobody who is in is thrown out: a capacity that was lowered since then only stops a party from growing.
 */
export function planAnswer(
  answer: { status: RsvpAnswer; partySize?: number },
  guest: StandingAnswer,
  event: AnsweredEvent,
  seatsOfOthers: number,
  now: Date,
): ({ kind: 'planned' } & StandingAnswer) | Refused {
  if (!isOpenForAnswers(event, now)) return refused(refusals.rsvpClosed)

  const partySize = answer.partySize ?? guest.partySize
  const hasSeats = guest.rsvpStatus === 'attending' && partySize <= guest.partySize
  const left = Math.max(0, (event.capacity ?? Number.POSITIVE_INFINITY) - seatsOfOthers)
  if (answer.status === 'attending' && !hasSeats && partySize > left) return refused(refusals.rsvpFull, { left })
  return { kind: 'planned', rsvpStatus: answer.status, partySize }
}
