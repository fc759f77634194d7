import { sql } from 'kysely'
import { openStatuses, personalKinds } from '../domain/message.ts'
import type { Db } from './database.ts'

/** Messages of the event that wait, drafts included. Exact only while the caller holds the event's lock. */
export async function countOpenMessages(db: Db, eventId: string): Promise<number> {
  const { open } = await db
    .selectFrom('scheduledMessages')
    .select(sql<number>`count(*)::int`.as('open'))
    .where('eventId', '=', eventId)
    .where('status', 'in', [...openStatuses])
    .where('kind', 'not in', personalKinds)
    .executeTakeFirstOrThrow()
  return open
}

/** Mails of all events of a host that left, or are about to, in messages that fired since then. */
export async function countMailsOfHost(db: Db, hostId: string, since: Date): Promise<number> {
  const { rows } = await sql<{ mails: number }>`
    select coalesce(sum(c.accepted + c.queued), 0)::int as mails
    from events e
    join scheduled_messages m on m.event_id = e.id and m.fired_at > ${since}
    join message_counters c on c.message_id = m.id
    where e.host_id = ${hostId}`.execute(db)
  return rows[0]!.mails
}
