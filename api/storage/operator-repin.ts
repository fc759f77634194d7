import { sql } from 'kysely'
import type { Db } from './database.ts'
import { announceDue } from './messages.ts'

export type Repinned =
  | { kind: 'repinned'; from: string; queued: number }
  | { kind: 'notFound' | 'nothingLeft' | 'same' }
  | { kind: 'inDoubt'; wired: number; unknown: number }
  | { kind: 'claimed'; units: number }

/**
 * Gives what is queued of a message to another provider. Only the operator may, and only when nothing of it is in doubt: a row
 * that the old provider may have accepted must not be sent through one that can't recognise the copy. The message and its units are
 * locked in the usual order, so that no notifier begins in between.
 */
export async function repinMessage(db: Db, { messageId, to }: { messageId: string; to: string }): Promise<Repinned> {
  const message = await db
    .selectFrom('scheduledMessages')
    .select(['provider'])
    .where('id', '=', messageId)
    .forUpdate()
    .executeTakeFirst()
  if (!message) return { kind: 'notFound' }

  const { rows: units } = await sql<{ claimed: boolean }>`
    select lease_until > now() as claimed from send_units
    where message_id = ${messageId} order by id for update`.execute(db)
  if (message.provider === null || units.length === 0) return { kind: 'nothingLeft' }
  if (message.provider === to) return { kind: 'same' }

  const { wired, unknown, queued } = await countOpenRows(db, messageId)
  if (wired > 0 || unknown > 0) return { kind: 'inDoubt', wired, unknown }
  const claimed = units.filter((unit) => unit.claimed).length
  if (claimed > 0) return { kind: 'claimed', units: claimed }

  await db
    .updateTable('scheduledMessages')
    .set((row) => ({ provider: to, version: row('version', '+', 1), updatedAt: sql<Date>`now()` }))
    .where('id', '=', messageId)
    .execute()
  await announceDue(db)
  return { kind: 'repinned', from: message.provider, queued }
}

async function countOpenRows(db: Db, messageId: string) {
  const { rows } = await sql<{ wired: number; unknown: number; queued: number }>`
    select count(*) filter (where state = 'wired')::int as wired, 
      count(*) filter (where state = 'unknown' and left_at is null or state = 'queued' and in_doubt_since is not null)::int as unknown,
      count(*) filter (where state = 'queued')::int as queued
    from message_deliveries where message_id = ${messageId} and state in ('wired', 'unknown', 'queued')`.execute(db)
  return rows[0]!
}
