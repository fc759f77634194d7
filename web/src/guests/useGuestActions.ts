import type { Guest } from '../../../api/contract/guest.ts'
import { asProblem } from '../api/problem.ts'
import { useGuests } from '../stores/guests.ts'
import { useToasts } from '../stores/toasts.ts'
import { answerLooks } from '../ui/badges.ts'
import { copyText } from '../ui/copy.ts'
import { guestLabel } from './guestForm.ts'

/** What can be done to a guest from the row, without opening anything. */
export function useGuestActions(eventId: () => string) {
  const guests = useGuests()
  const toasts = useToasts()

  async function copyLink(guest: Guest): Promise<void> {
    const copied = await copyText(guest.rsvpUrl ?? '')
    toasts.show(
      copied
        ? `The link of ${guestLabel(guest)} is copied. Whoever has it can answer for this guest.`
        : `The link could not be copied: ${guest.rsvpUrl}`,
    )
  }

  async function setAnswer(guest: Guest, rsvpStatus: Guest['rsvpStatus']): Promise<void> {
    const id = eventId()
    try {
      const changed = await guests.change(id, guest.id, { rsvpStatus }, guest.version)
      toasts.show(`${guestLabel(guest)}: ${answerLooks[rsvpStatus].label.toLowerCase()}.`, {
        undo: () => guests.change(id, guest.id, { rsvpStatus: guest.rsvpStatus }, changed.version),
      })
    } catch (failure) {
      toasts.show(asProblem(failure).message, { tone: 'bad' })
    }
  }

  return { copyLink, setAnswer }
}
