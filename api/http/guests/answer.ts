import { confirmationText } from '../../content/confirmation-text.ts'
import { readNote } from '../../domain/person-text.ts'
import { planAnswer } from '../../domain/plan-answer.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import type { RsvpAnswer } from '../../domain/rsvp.ts'
import { queueConfirmation, storeAnswer } from '../../storage/answers.ts'
import { lockInvitation, seatsOfOthers, type GuestLink, type Invitation } from '../../storage/invitations.ts'
import { transact } from '../../storage/transact.ts'
import type { Deps } from '../deps.ts'

export type GivenAnswer = { status: RsvpAnswer; partySize?: number; note?: string }
export type Answered = { kind: 'answered'; invitation: Invitation }

/**
 * A guest's answer, in one transaction: lock, decide, store. A mail confirms it when it says something new; the same answer sent
 * twice, as impatient fingers do, is confirmed once.
 */
export function giveAnswer(deps: Deps, link: GuestLink, given: GivenAnswer): Promise<Answered | Refused> {
  return transact(deps.database.db, async (tx) => {
    const invitation = await lockInvitation(tx, link)
    if (!invitation) return refused(refusals.notFound)
    const { guest, event } = invitation
    const note = readNote(given.note ?? guest.note ?? '')
    if (!note.ok) return refused(refusals.fieldInvalid, { field: 'note', problem: note.problem })
    const seats = event.capacity === null ? 0 : await seatsOfOthers(tx, invitation)
    const plan = planAnswer(given, guest, event, seats, deps.now())
    if (plan.kind === 'refused') return plan

    const { rsvpStatus, partySize } = plan
    const answered = await storeAnswer(tx, guest.id, { rsvpStatus, partySize, note: note.value })
    const isNews =
      guest.respondedAt === null || guest.rsvpStatus !== rsvpStatus || guest.partySize !== answered.partySize
    if (isNews && guest.email !== null) await queueConfirmation(tx, guest, confirmationText)
    return { kind: 'answered', invitation: { ...invitation, guest: answered } }
  })
}
