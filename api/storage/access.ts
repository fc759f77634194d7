import type { Selectable } from 'kysely'
import type { Role } from '../domain/roles.ts'
import type { Db } from './database.ts'
import type { Events } from './schema.gen.ts'

/** An event as one person sees it. */
export type EventAccess = Selectable<Events> & { role: Role; hostName: string }

/** The event and the person's role in it; undefined when there is no such event or the person has none. */
export function findEventOfPerson(db: Db, ask: { eventId: string; userId: string }): Promise<EventAccess | undefined> {
  return eventsOf(db, ask.userId).where('events.id', '=', ask.eventId).executeTakeFirst()
}

/** The same for addresses that name only a message. */
export function findEventOfMessage(
  db: Db,
  ask: { messageId: string; userId: string },
): Promise<EventAccess | undefined> {
  return eventsOf(db, ask.userId)
    .where('events.id', '=', (from) =>
      from.selectFrom('scheduledMessages').select('eventId').where('id', '=', ask.messageId),
    )
    .executeTakeFirst()
}

function eventsOf(db: Db, userId: string) {
  return db
    .selectFrom('eventCollaborators as mine')
    .innerJoin('events', 'events.id', 'mine.eventId')
    .innerJoin('users', 'users.id', 'events.hostId')
    .where('mine.userId', '=', userId)
    .selectAll('events')
    .select(['mine.role', 'users.name as hostName'])
}
