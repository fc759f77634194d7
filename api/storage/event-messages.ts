import { sql } from 'kysely'
import type { EventEditPlan, Rearmed, TiedMessage } from '../domain/plan-event-edit.ts'
import { pastAfterMove } from '../domain/plan-event-edit.ts'
import { eventCancelled, type EventCancelPlan } from '../domain/plan-event-end.ts'
import type { EndReason } from '../domain/end-reason.ts'
import { openMessagesMax } from '../domain/refusals/message-limit-reached.ts'
import { openStatuses, personalKinds } from '../domain/message.ts'
import type { SeededReminder } from '../domain/reminders.ts'
import type { Db } from './database.ts'
import { announceDue, createMessages } from './messages.ts'
import { discardQueued } from './stop-messages.ts'

/**
 * The messages of an event as far as an edit of the event looks at them, locked in the order of their ids. The caller has locked
 * the event before, as everybody does.
 */
export function lockTiedMessages(db: Db, eventId: string): Promise<TiedMessage[]> {
  return tiedMessages(db, eventId).orderBy('id').forUpdate().execute() as Promise<TiedMessage[]>
}

/** Every message of an event, those to one person too: what is on its way keeps the event from being deleted. */
export function lockAllMessages(db: Db, eventId: string): Promise<TiedMessage[]> {
  return messagesOfEvent(db, eventId).orderBy('id').forUpdate().execute() as Promise<TiedMessage[]>
}

/** Those tied to the event's time, without locks, for a dry run. */
export function readTiedMessages(db: Db, eventId: string): Promise<TiedMessage[]> {
  return tiedMessages(db, eventId).execute() as Promise<TiedMessage[]>
}

/** Writes the reminders of an event that is new or has moved. */
export async function seedReminders(
  db: Db,
  { eventId, createdBy, reminders }: { eventId: string; createdBy: string; reminders: readonly SeededReminder[] },
): Promise<void> {
  const rows = reminders.map(({ audience, ...reminder }) => ({
    ...{ eventId, createdBy, kind: 'reminder' as const, status: 'scheduled' as const },
    ...reminder,
    audience: [...audience],
  }))
  await createMessages(db, rows)
  await announceDue(db)
}

/** Carries out what an edit of the event does to its messages, in the transaction of the edit. */
export async function followEvent(
  db: Db,
  { eventId, createdBy, plan }: { eventId: string; createdBy: string; plan: EventEditPlan },
): Promise<void> {
  await moveMessages(db, plan.moved)
  await cancelMessages(
    db,
    plan.cancelled.map(({ messageId }) => messageId),
    pastAfterMove,
  )
  await rearmReminders(db, plan.rearmed)
  await seedReminders(db, { eventId, createdBy, reminders: plan.added })
}

/** Ends what a cancelled event would still have said. */
export async function silenceEvent(db: Db, plan: EventCancelPlan): Promise<void> {
  await cancelMessages(db, plan.cancel, eventCancelled)
  await discardQueued(db, plan.stop, eventCancelled)
}

/** Broadcasts of one event as drafts of another, in the order in which they were written. */
export async function copyBroadcasts(
  db: Db,
  { from, to, createdBy }: { from: string; to: string; createdBy: string },
): Promise<void> {
  await sql`
    insert into scheduled_messages (event_id, kind, audience, channel, subject, body, status, on_ambiguous, created_by)
    select ${to}, kind, audience, channel, subject, body, 'draft', on_ambiguous, ${createdBy}
    from scheduled_messages
    where event_id = ${from} and kind = 'broadcast' and status <> 'cancelled'
    order by id
    limit ${openMessagesMax}`.execute(db)
}

async function moveMessages(db: Db, moved: EventEditPlan['moved']): Promise<void> {
  if (moved.length === 0) return
  await sql`
    update scheduled_messages m
    set status = g.status, send_at = g.send_at, cancelled_at = null, end_reason = null, finished_at = null,
      version = m.version + 1, updated_at = now()
    from unnest(${moved.map((m) => m.messageId)}::uuid[], ${moved.map((m) => m.status)}::message_status[],
      ${moved.map((m) => m.newSendAt)}::timestamptz[]) as g(id, status, send_at)
    where m.id = g.id and m.status in ('draft', 'scheduled', 'cancelled')`.execute(db)
}

async function cancelMessages(db: Db, ids: readonly string[], reason: EndReason): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('scheduledMessages')
    .set((row) => ({
      ...{ status: 'cancelled' as const, cancelledAt: sql<Date>`now()`, endReason: reason, sentNow: false },
      ...{ version: row('version', '+', 1), updatedAt: sql<Date>`now()` },
    }))
    .where('id', 'in', ids)
    .where('status', 'in', openStatuses)
    .execute()
}

/** A copy of what went out, as the next generation. Another edit that did the same meanwhile has done it for both. */
async function rearmReminders(db: Db, rearmed: readonly Rearmed[]): Promise<void> {
  if (rearmed.length === 0) return
  await sql`
    insert into scheduled_messages
      (event_id, kind, reminder_key, generation, audience, channel, subject, body, status, send_at, rule, on_ambiguous, created_by)
    select m.event_id, m.kind, m.reminder_key, g.generation, m.audience, m.channel, m.subject, m.body, 'scheduled', g.send_at,
      g.rule, m.on_ambiguous, m.created_by
    from unnest(${rearmed.map((r) => r.messageId)}::uuid[], ${rearmed.map((r) => r.generation)}::int[],
      ${rearmed.map((r) => r.newSendAt)}::timestamptz[], ${rearmed.map((r) => JSON.stringify(r.rule))}::jsonb[])
      as g(id, generation, send_at, rule)
    join scheduled_messages m on m.id = g.id
    on conflict (event_id, reminder_key, generation) where reminder_key is not null do nothing`.execute(db)
}

function tiedMessages(db: Db, eventId: string) {
  return messagesOfEvent(db, eventId).where('kind', 'not in', personalKinds)
}

function messagesOfEvent(db: Db, eventId: string) {
  return db
    .selectFrom('scheduledMessages')
    .select(['id', 'kind', 'reminderKey', 'generation', 'subject', 'status', 'reopened', 'sendAt', 'rule'])
    .select('endReason')
    .where('eventId', '=', eventId)
}
