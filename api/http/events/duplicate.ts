import { readEvent, type EventInput } from '../../domain/read-event.ts'
import { eventNameMax } from '../../domain/event-text.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import { copyBroadcasts } from '../../storage/event-messages.ts'
import { lockEvent } from '../../storage/message-edits.ts'
import { transact } from '../../storage/transact.ts'
import type { Deps } from '../deps.ts'
import { inputOf, storeNewEvent, type Written } from './write.ts'

/**
 * The same event once more: its reminders are made anew from the rules, for the time of the copy, and its broadcasts come along
 * as drafts without a time. Guests stay behind, because an invitation to one evening is not an invitation to the next.
 */
export function duplicateEvent(
  deps: Deps,
  { eventId, userId, change }: { eventId: string; userId: string; change: Partial<EventInput> },
): Promise<Written | Refused> {
  return transact(deps.database.db, async (tx) => {
    const source = await lockEvent(tx, eventId)
    if (!source) return refused(refusals.notFound)
    // A deadline for answers belongs to the old date.
    const copy = { ...inputOf(source), name: nameOfCopy(source.name), rsvpUntil: null, ...change }
    const asked = change.localStart && !change.localEnd ? { ...copy, localEnd: null } : copy
    const reading = readEvent(asked, deps.now(), source)
    if (reading.kind === 'refused') return reading
    const event = await storeNewEvent(deps, tx, reading.event, userId)
    await copyBroadcasts(tx, { from: eventId, to: event.id, createdBy: userId })
    return { kind: 'written', event }
  })
}

function nameOfCopy(name: string): string {
  return [...`Copy of ${name}`].slice(0, eventNameMax).join('')
}
