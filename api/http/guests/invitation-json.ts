import { eventDate } from '../../content/event-date.ts'
import type { Invitation as InvitationJson } from '../../contract/guest.ts'
import { isOpenForAnswers } from '../../domain/plan-answer.ts'
import { freezeEvent } from '../../storage/frozen-content.ts'
import type { Invitation } from '../../storage/invitations.ts'
import { instant } from '../instant.ts'

/** What a guest may know of the invitation: the event, and their own answer; nothing of other guests. */
export function invitationJson({ guest, event, hostName }: Invitation, now: Date): InvitationJson {
  const { name, localStart, localEnd, timezone, venue, description, status } = event
  return {
    status: guest.rsvpStatus,
    guestName: guest.name,
    partySize: guest.partySize,
    note: guest.note,
    respondedAt: instant(guest.respondedAt),
    open: isOpenForAnswers(event, now),
    event: {
      ...{ name, localStart, localEnd, timezone, venue, description, status, hostName },
      startsAt: event.startsAt.toISOString(),
      endsAt: instant(event.endsAt),
      date: eventDate(freezeEvent(event)),
      rsvpUntil: instant(event.rsvpUntil),
    },
  }
}
