import { sql } from 'kysely'
import { planFiring } from '../domain/firing.ts'
import { priorityOf, type MessageKind } from '../domain/message.ts'
import type { Mailbox } from '../domain/mail.ts'
import type { Db } from './database.ts'
import { freezeContent } from './frozen-content.ts'
import { isHeld } from './hold.ts'

export type Firer = { provider: string; from: Mailbox; publicUrl: string }

export type Fired =
  | { kind: 'fired' | 'missed'; messageId: string; lateMs: number }
  | { kind: 'busy'; messageId: string } // somebody edits the event or its messages at this moment
  | { kind: 'nothingDue' }

/** A draft event holds its messages, and so does a cancelled one, but for what must be said all the same. */
const saidAnyway: readonly MessageKind[] = ['notice', 'confirmation', 'test']

/** The oldest message whose time has come. Exported for the test that reads its plan. */
export function nextDue(except: readonly string[]) {
  return sql<{ id: string; eventId: string }>`
    select m.id, m.event_id
    from scheduled_messages m join events e on e.id = m.event_id
    where m.status = 'scheduled' and m.send_at <= now()
      and (e.status = 'published' or m.kind = any(${[...saidAnyway]}::message_kind[]))
      and m.id <> all(${[...except]}::uuid[])
      and not ${isHeld}
    order by m.send_at, m.id
    limit 1`
}

/**
 * Moves the oldest due message from scheduled to sending: freezes its words and those of its event, and queues its expansion.
 * The event row is locked first, as every edit does, so that no message goes out half edited. `except` names messages to pass over.
 */
export async function fireNextDue(db: Db, firer: Firer, except: readonly string[] = []): Promise<Fired> {
  return db.transaction().execute(async (tx) => {
    const due = (await nextDue(except).execute(tx)).rows[0]
    if (!due) return { kind: 'nothingDue' }

    const event = await tx
      .selectFrom('events')
      .innerJoin('users', 'users.id', 'events.hostId')
      .selectAll('events')
      .select(['users.name as hostName', 'users.email as hostEmail', sql<Date>`now()`.as('now')])
      .where('events.id', '=', due.eventId)
      .forNoKeyUpdate('events')
      .skipLocked()
      .executeTakeFirst()
    if (!event) return { kind: 'busy', messageId: due.id }

    const message = await tx
      .selectFrom('scheduledMessages')
      .selectAll()
      .where('id', '=', due.id)
      .where('status', '=', 'scheduled')
      .where('sendAt', '<=', event.now)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
    if (!message?.sendAt) return { kind: 'busy', messageId: due.id }

    const lateMs = event.now.getTime() - message.sendAt.getTime()
    const nextIsDue = message.kind === 'reminder' && (await laterReminderDue(tx, message.eventId, message.sendAt))
    const plan = planFiring({ kind: message.kind, sendAt: message.sendAt }, event, nextIsDue, event.now)

    if (plan.kind === 'missed') {
      await markMissed(tx, message.id)
      return { kind: 'missed', messageId: message.id, lateMs }
    }
    const content = freezeContent({
      message,
      event,
      host: { name: event.hostName, email: event.hostEmail },
      from: firer.from,
      publicUrl: firer.publicUrl,
      firedAt: event.now,
    })
    await tx
      .updateTable('scheduledMessages')
      .set({
        status: 'sending',
        firedAt: event.now,
        expiresAt: plan.expiresAt,
        content: JSON.stringify(content),
        provider: firer.provider,
        updatedAt: event.now,
      })
      .where('id', '=', message.id)
      .where('status', '=', 'scheduled')
      .execute()
    await queueExpansion(tx, message.id, priorityOf[message.kind])
    return { kind: 'fired', messageId: message.id, lateMs }
  })
}

async function laterReminderDue(db: Db, eventId: string, sendAt: Date) {
  const later = await db
    .selectFrom('scheduledMessages')
    .select('id')
    .where('eventId', '=', eventId)
    .where('kind', '=', 'reminder')
    .where('status', '=', 'scheduled')
    .where('sendAt', '>', sendAt)
    .where('sendAt', '<=', sql<Date>`now()`)
    .limit(1)
    .executeTakeFirst()
  return later !== undefined
}

async function markMissed(db: Db, messageId: string) {
  await db
    .updateTable('scheduledMessages')
    .set({ status: 'failed', endReason: 'missed', finishedAt: sql`now()`, updatedAt: sql`now()` })
    .where('id', '=', messageId)
    .where('status', '=', 'scheduled')
    .execute()
}

/** A new message starts at the turn that is being served, so that it neither waits for a long one nor overtakes all others. */
async function queueExpansion(db: Db, messageId: string, priority: number) {
  await sql`
    insert into send_units (message_id, id, kind, lo, hi, priority, turn)
    values (${messageId}, 0, 'expand', 0, 0, ${priority},
      coalesce((select min(turn) from send_units where priority = ${priority}), 0))`.execute(db)
}
