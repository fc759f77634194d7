import type { EventChange, NewEvent } from '../../contract/event.ts'
import type { Branding } from '../../domain/content.ts'
import { planEventCancel, planEventDelete } from '../../domain/plan-event-end.ts'
import { planEventEdit, type EventEditPlan } from '../../domain/plan-event-edit.ts'
import { readEvent, type EventInput, type WrittenEvent } from '../../domain/read-event.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import { remindersFor } from '../../domain/reminders.ts'
import type { Db } from '../../storage/database.ts'
import {
  followEvent,
  lockAllMessages,
  lockTiedMessages,
  readTiedMessages,
  seedReminders,
  silenceEvent,
} from '../../storage/event-messages.ts'
import { cancelEvent, createEvent, deleteEvents, updateEvent, type EventRow } from '../../storage/events.ts'
import { lockEvent } from '../../storage/message-edits.ts'
import { transact } from '../../storage/transact.ts'
import type { Deps } from '../deps.ts'
import { isStale } from '../etag.ts'

/** Each of these is one transaction: lock, decide, store. Refused, it has written nothing. */
export type Written = { kind: 'written'; event: EventRow }
export type Edited = { kind: 'edited'; event: EventRow; plan: EventEditPlan }

type Editing = { eventId: string; userId: string; versions: readonly number[] | undefined }

/** The event, its owner and its reminders, or none of them. */
export async function writeEvent(deps: Deps, userId: string, asked: NewEvent): Promise<Written | Refused> {
  const reading = readEvent(asked, deps.now())
  if (reading.kind === 'refused') return reading
  return transact(deps.database.db, async (tx) => {
    const event = await storeNewEvent(deps, tx, reading.event, userId)
    return { kind: 'written', event }
  })
}

export async function storeNewEvent(deps: Deps, tx: Db, written: WrittenEvent, userId: string): Promise<EventRow> {
  const event = await createEvent(tx, written, userId)
  const reminders = remindersFor(written, deps.now())
  await seedReminders(tx, { eventId: event.id, createdBy: userId, reminders })
  return event
}

/** With `dryRun` the same decision is answered and nothing is written. */
export function changeEvent(
  deps: Deps,
  editing: Editing & { dryRun: boolean },
  change: EventChange,
): Promise<Edited | Refused> {
  const { eventId, userId, versions, dryRun } = editing
  return transact(deps.database.db, async (tx) => {
    const current = await lockEvent(tx, eventId)
    if (!current) return refused(refusals.notFound)
    if (isStale(current, versions)) return refused(refusals.stale)
    if (current.status === 'cancelled') return refused(refusals.eventCancelled)
    const reading = readEvent({ ...inputOf(current), ...change }, deps.now(), current)
    if (reading.kind === 'refused') return reading

    const messages = await (dryRun ? readTiedMessages : lockTiedMessages)(tx, eventId)
    const plan = planEventEdit(current, reading.event, messages, deps.now())
    if (dryRun) return { kind: 'edited', event: { ...current, ...reading.event }, plan }
    const event = await updateEvent(tx, eventId, reading.event)
    await followEvent(tx, { eventId, createdBy: userId, plan })
    return { kind: 'edited', event, plan }
  })
}

/** Cancelling twice is cancelling once. */
export function endEvent(deps: Deps, { eventId, versions }: Editing): Promise<Written | Refused> {
  return transact(deps.database.db, async (tx) => {
    const current = await lockEvent(tx, eventId)
    if (!current) return refused(refusals.notFound)
    if (current.status === 'cancelled') return { kind: 'written', event: current }
    if (isStale(current, versions)) return refused(refusals.stale)
    const messages = await lockTiedMessages(tx, eventId)
    const event = await cancelEvent(tx, eventId)
    await silenceEvent(tx, planEventCancel(messages))
    return { kind: 'written', event }
  })
}

export function removeEvent(deps: Deps, { eventId, versions }: Editing): Promise<{ kind: 'removed' } | Refused> {
  return transact(deps.database.db, async (tx) => {
    const current = await lockEvent(tx, eventId)
    if (!current) return refused(refusals.notFound)
    if (isStale(current, versions)) return refused(refusals.stale)
    const plan = planEventDelete(await lockAllMessages(tx, eventId))
    if (plan.kind === 'refused') return plan
    await deleteEvents(tx, [eventId])
    return { kind: 'removed' }
  })
}

export function inputOf(event: EventRow): EventInput {
  const { name, localStart, localEnd, timezone, venue, description, capacity, branding, status } = event
  return {
    ...{ name, localStart, localEnd, timezone, venue, description, capacity },
    rsvpUntil: event.rsvpUntil?.toISOString() ?? null,
    branding: branding as Branding,
    status: status === 'draft' ? 'draft' : 'published',
  }
}
