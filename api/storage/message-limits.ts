import { sql } from 'kysely'
import { openStatuses, personalKinds } from '../domain/message.ts'
import { audienceOf, countAudience, type Addressed } from './audience.ts'
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

/** Until the caller's transaction ends. Of two messages of two events that are sent at once, one waits and sees the other. */
export async function lockHost(db: Db, hostId: string): Promise<void> {
  await db.selectFrom('users').select('id').where('id', '=', hostId).forNoKeyUpdate().execute()
}

/** Mails of all events of a host that left, or are about to, in messages that fired since then and have all their deliveries. */
export async function countMailsOfHost(db: Db, hostId: string, since: Date): Promise<number> {
  const { rows } = await sql<{ mails: number }>`
    select coalesce(sum(c.accepted + c.queued), 0)::int as mails
    from events e
    join scheduled_messages m on m.event_id = e.id and m.fired_at > ${since}
    join message_counters c on c.message_id = m.id
    where e.host_id = ${hostId} and not (${isBecomingDeliveries})`.execute(db)
  return rows[0]!.mails
}

/** The total of a message is known when its last guest has become a delivery; until then its counters tell of the first ones only. */
const isBecomingDeliveries = sql`m.status = 'sending' and m.total is null`

/**
 * Mails that are promised and not counted yet: of messages that are sent now and may still be taken back, and of those that have just
 * fired, each to its audience as it is now. They are as few as a host can send within an undo window.
 */
export async function countPromisedMails(
  db: Db,
  { hostId, except }: { hostId: string; except?: string },
): Promise<number> {
  const { rows } = await sql<Addressed>`
    select m.event_id, m.audience, m.guest_id, m.kind, m.fired_at, m.resend_of from events e
    join scheduled_messages m on m.event_id = e.id
    where e.host_id = ${hostId} and m.id is distinct from ${except ?? null}::uuid
      and (m.status = 'scheduled' and m.sent_now or ${isBecomingDeliveries})`.execute(db)
  let mails = 0
  for (const message of rows) mails += (await countAudience(db, audienceOf(message, hostId))).count
  return mails
}
