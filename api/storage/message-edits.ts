import { sql, type Selectable, type UpdateObject } from 'kysely'
import type { EndReason } from '../domain/end-reason.ts'
import {
  isMissed,
  mayBecome,
  openStatuses,
  statusesBefore,
  type MessageKind,
  type MessageStatus,
} from '../domain/message.ts'
import type { Db } from './database.ts'
import { asJson, type MessageKey, type MessageRow, type NewMessageRow } from './messages.ts'
import type { DB, Events } from './schema.gen.ts'

/**
 * The message for an edit, with its event. Both rows stay locked until the caller's transaction ends, always the event first,
 * as when a message fires: of an edit and a claim that meet, one waits, and then sees what the other did.
 */
export async function lockMessage(db: Db, { eventId, messageId }: MessageKey) {
  const event = await lockEvent(db, eventId)
  if (!event) return undefined
  const message = await db
    .selectFrom('scheduledMessages')
    .selectAll()
    .select(firstKind)
    .where('eventId', '=', eventId)
    .where('id', '=', messageId)
    .forUpdate()
    .executeTakeFirst()
  return message && { event, message }
}

/** What a message that is sent again was the first time; null for every other. */
const firstKind = sql<MessageKind | null>`(
  select kind from scheduled_messages first where first.id = scheduled_messages.resend_of)`.as('firstKind')

export type LockedEvent = Selectable<Events>

/** `no key update`: guests and collaborators, who only point at the event, are added meanwhile. */
export function lockEvent(db: Db, eventId: string) {
  return db.selectFrom('events').selectAll().where('id', '=', eventId).forNoKeyUpdate().executeTakeFirst()
}

/** What an edit may replace. */
export type MessageEdit = Pick<
  NewMessageRow,
  'audience' | 'channel' | 'subject' | 'body' | 'sendAt' | 'rule' | 'onAmbiguous' | 'sentNow'
> & { status: 'draft' | 'scheduled' }

/**
 * Replaces what the message says and when, and keeps what it replaced. Only while it is open, and only the version that the
 * caller has read and locked.
 * @returns undefined when it is not that version any more.
 */
export async function editMessage(db: Db, was: MessageRow, edit: Partial<MessageEdit>, editedBy: string) {
  const { rule, ...rest } = edit
  const set = { ...rest, ...(rule !== undefined && { rule: asJson(rule) }), ...(isMissed(was) && asIfNeverMissed) }
  const edited = await moveMessage(db, was, edit.status ?? was.status, set)
  if (edited) await keepRevision(db, was, editedBy)
  return edited
}

const asIfNeverMissed = { endReason: null, finishedAt: null }

/** Stops an open message for good. The row stays, under Cancelled. */
export function cancelMessage(db: Db, was: MessageRow, reason: EndReason = 'host'): Promise<MessageRow | undefined> {
  return moveMessage(db, was, 'cancelled', {
    cancelledAt: sql<Date>`now()`,
    endReason: reason,
    sentNow: false,
  })
}

function moveMessage(db: Db, was: MessageRow, status: MessageStatus, set: UpdateObject<DB, 'scheduledMessages'>) {
  return db
    .updateTable('scheduledMessages')
    .set({ ...set, status, version: was.version + 1, updatedAt: sql`now()` })
    .where('id', '=', was.id)
    .where('version', '=', was.version)
    .where('status', 'in', isMissed(was) ? statusesBefore(status) : openBefore(status))
    .returningAll()
    .executeTakeFirst()
}

/** The open states from which a message gets to `status`; an edit may also leave it where it is. */
function openBefore(status: MessageStatus) {
  return openStatuses.filter((open) => open === status || mayBecome(open, status))
}

async function keepRevision(db: Db, was: MessageRow, editedBy: string) {
  const { id, version, audience, subject, body, sendAt, rule, sentNow } = was
  await db
    .insertInto('messageRevisions')
    .values({
      ...{ messageId: id, version, audience, subject, body, sendAt, sentNow, editedBy },
      rule: asJson(rule as object | null),
    })
    .execute()
}

/** The time that a message had before it was sent now, for undoing that. */
export function timeBeforeSendNow(db: Db, messageId: string) {
  return db
    .selectFrom('messageRevisions')
    .select(['sendAt', 'rule'])
    .where('messageId', '=', messageId)
    .where('sentNow', '=', false)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
}
