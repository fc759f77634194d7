import { sql, type Selectable } from 'kysely'
import type { WrittenEvent } from '../domain/read-event.ts'
import type { Role } from '../domain/roles.ts'
import type { Db } from './database.ts'
import { rsvpStats, type StatsRow } from './rsvp-stats.ts'
import type { Events, Json } from './schema.gen.ts'

export type EventRow = Selectable<Events>
/** An event with what one person sees of it. */
export type ListedEvent = EventRow & { role: Role; hostName: string; stats: StatsRow }

export async function createEvent(db: Db, event: WrittenEvent, hostId: string): Promise<EventRow> {
  const created = await db
    .insertInto('events')
    .values({ ...columnsOf(event), hostId })
    .returningAll()
    .executeTakeFirstOrThrow()
  await db.insertInto('eventCollaborators').values({ eventId: created.id, userId: hostId, role: 'owner' }).execute()
  return created
}

/** Writes the whole event as an edit leaves it. The caller holds its lock and has checked the version. */
export function updateEvent(db: Db, eventId: string, event: WrittenEvent): Promise<EventRow> {
  return changeEvent(db, eventId, columnsOf(event))
}

export function cancelEvent(db: Db, eventId: string): Promise<EventRow> {
  return changeEvent(db, eventId, { status: 'cancelled', cancelledAt: sql<Date>`now()` })
}

export type EventList = {
  userId: string
  /** Part of the name or the venue, whatever the case and the accents. */
  q?: string
  /** The position of the last event that the page before showed. */
  after?: { startsAt: string; id: string }
  limit: number
}

/** The events of a person, the latest start first, so that what is coming stands above what is over. */
export async function listEvents(db: Db, { userId, q, after, limit }: EventList): Promise<ListedEvent[]> {
  const { rows } = await sql<ListedEvent>`
    select e.*, mine.role, host.name as host_name,
      (select row_to_json(s) from (${rsvpStats(sql`e.id`)}) s) as stats
    from event_collaborators mine
    join events e on e.id = mine.event_id
    join users host on host.id = e.host_id
    where mine.user_id = ${userId}
      ${q ? sql`and position(search_form(${q}) in search_form(e.name || ' ' || coalesce(e.venue, ''))) > 0` : sql``}
      ${after ? sql`and (e.starts_at, e.id) < (${after.startsAt}::timestamptz, ${after.id}::uuid)` : sql``}
    order by e.starts_at desc, e.id desc
    limit ${limit}`.execute(db)
  return rows
}

/**
 * Removes events with all that hangs on them. Deliveries, batches and counters have no foreign key (it would cost each insert more
 * than the row itself), so they go first.
 */
export async function deleteEvents(db: Db, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return
  const messages = db.selectFrom('scheduledMessages').select('id').where('eventId', 'in', eventIds)
  await db.deleteFrom('messageDeliveries').where('messageId', 'in', messages).execute()
  await db.deleteFrom('sendBatches').where('messageId', 'in', messages).execute()
  await db.deleteFrom('messageCounters').where('messageId', 'in', messages).execute()
  await db.deleteFrom('events').where('id', 'in', eventIds).execute()
}

function changeEvent(db: Db, eventId: string, set: object): Promise<EventRow> {
  return db
    .updateTable('events')
    .set((row) => ({ ...set, version: row('version', '+', 1), updatedAt: sql<Date>`now()` }))
    .where('id', '=', eventId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

function columnsOf(event: WrittenEvent) {
  return { ...event, branding: JSON.stringify(event.branding) as Json }
}
