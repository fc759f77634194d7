import { sql } from 'kysely'
import { transactionalKinds } from '../domain/message.ts'
import type { Db } from './database.ts'
import { apiShard } from './stop-messages.ts'

type Leaving = { guestId: string; eventId: string }

/**
 * Stops the mails of an event to a guest, at once: the wire mark looks at this row just before a mail leaves. The last mail that
 * the guest got is remembered as the one they had enough of. Doing it twice changes nothing.
 */
export async function unsubscribe(db: Db, leaving: Leaving): Promise<void> {
  await stopMails(db, leaving, [leaving.guestId])
}

/**
 * Stops the mails of an event to the address of a guest, whoever else of a household reads them there: a mail program that unsubscribes
 * (RFC 8058) means the mailbox, and another member would else carry the next mail to it. Each can come back through their own link.
 */
export async function unsubscribeAddress(db: Db, leaving: Leaving): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select g.id from guests g join guests known on known.id = ${leaving.guestId}::uuid
    where g.id = known.id or g.event_id = known.event_id and g.email = known.email
    order by g.id for no key update of g`.execute(db)
  const ids = rows.map(({ id }) => id)
  await stopMails(db, leaving, ids)
}

async function stopMails(db: Db, leaving: Leaving, guestIds: readonly string[]) {
  // The guest may have been removed while they asked.
  if (guestIds.length === 0) return
  const stopped = await db
    .updateTable('guests')
    .set((row) => ({ unsubscribedAt: sql<Date>`now()`, version: row('version', '+', 1) }))
    .where('id', 'in', guestIds)
    .where('unsubscribedAt', 'is', null)
    .returning('id')
    .execute()
  if (stopped.some(({ id }) => id === leaving.guestId)) await rememberLastMail(db, leaving)
}

/** Mails of the event may come again. What was counted stays counted: it happened. */
export async function resubscribe(db: Db, guestId: string): Promise<void> {
  await db
    .updateTable('guests')
    .set((row) => ({ unsubscribedAt: null, version: row('version', '+', 1) }))
    .where('id', '=', guestId)
    .where('unsubscribedAt', 'is not', null)
    .execute()
}

async function rememberLastMail(db: Db, { guestId, eventId }: Leaving) {
  await sql`
    with last as (
      select d.message_id, d.seq
      from scheduled_messages m join message_deliveries d on d.message_id = m.id and d.guest_id = ${guestId}::uuid
      where m.event_id = ${eventId}::uuid and m.kind <> all(${[...transactionalKinds]}::message_kind[])
        and d.accepted_at is not null
      order by d.accepted_at desc limit 1
    ), marked as (
      update message_deliveries d set unsubscribed_at = now()
      from last where d.message_id = last.message_id and d.seq = last.seq and d.unsubscribed_at is null
      returning d.message_id
    )
    insert into message_counters as c (message_id, shard, unsubscribed)
    select message_id, ${apiShard}, 1 from marked
    on conflict (message_id, shard) do update set unsubscribed = c.unsubscribed + 1`.execute(db)
}
