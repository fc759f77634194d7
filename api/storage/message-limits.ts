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

/** When notices of the event went out since then, or will; one that is only a draft, or never went out, is none. */
export async function noticeTimes(
  db: Db,
  { eventId, except, since }: { eventId: string; except?: string; since: Date },
): Promise<Date[]> {
  const { rows } = await sql<{ at: Date }>`
    select coalesce(m.fired_at, m.send_at) as at from scheduled_messages m
    where m.event_id = ${eventId} and m.kind = 'notice' and m.id is distinct from ${except ?? null}::uuid
      and (m.fired_at is not null or m.status = 'scheduled')
      and coalesce(m.fired_at, m.send_at) > ${since}
    order by at`.execute(db)
  return rows.map(({ at }) => at)
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
