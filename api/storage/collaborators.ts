import type { Role } from '../domain/roles.ts'
import type { Db } from './database.ts'

export type CollaboratorRow = { userId: string; name: string; email: string; role: Role; addedAt: Date }

export function listCollaborators(db: Db, eventId: string): Promise<CollaboratorRow[]> {
  return collaborators(db, eventId).orderBy('addedAt').orderBy('userId').execute()
}

export function getCollaborator(db: Db, key: CollaboratorKey): Promise<CollaboratorRow | undefined> {
  return collaborators(db, key.eventId).where('eventCollaborators.userId', '=', key.userId).executeTakeFirst()
}

export type CollaboratorKey = { eventId: string; userId: string }

export function findPersonByEmail(db: Db, email: string): Promise<{ id: string } | undefined> {
  return db.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst()
}

/** Gives a person a role; one that they had before is replaced. */
export async function setRole(db: Db, { eventId, userId, role }: CollaboratorKey & { role: Role }): Promise<void> {
  await db
    .insertInto('eventCollaborators')
    .values({ eventId, userId, role })
    .onConflict((same) => same.columns(['eventId', 'userId']).doUpdateSet({ role }))
    .execute()
}

export async function removeCollaborator(db: Db, key: CollaboratorKey): Promise<void> {
  await db
    .deleteFrom('eventCollaborators')
    .where('eventId', '=', key.eventId)
    .where('userId', '=', key.userId)
    .execute()
}

/** The host is the owner whom guests hear from. One who no longer is an owner hands that over to the longest-standing one. */
export async function keepHostAnOwner(db: Db, eventId: string): Promise<void> {
  const owners = db
    .selectFrom('eventCollaborators')
    .select('userId')
    .where('eventId', '=', eventId)
    .where('role', '=', 'owner')
  await db
    .updateTable('events')
    .set({ hostId: owners.orderBy('createdAt').orderBy('userId').limit(1).$castTo<string>() })
    .where('id', '=', eventId)
    .where('hostId', 'not in', owners)
    .execute()
}

/** Owners beside this person. Call it with the event locked, or two owners could leave at once. */
export async function countOtherOwners(db: Db, key: CollaboratorKey): Promise<number> {
  const { owners } = await db
    .selectFrom('eventCollaborators')
    .select((select) => select.fn.countAll<number>().as('owners'))
    .where('eventId', '=', key.eventId)
    .where('userId', '<>', key.userId)
    .where('role', '=', 'owner')
    .executeTakeFirstOrThrow()
  return owners
}

/** Names of events that nobody else owns and that are still to come or still send: their owner cannot delete the account. */
export async function soleOwnedComingEvents(db: Db, userId: string, now: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('events')
    .innerJoin('eventCollaborators as mine', 'mine.eventId', 'events.id')
    .select('events.name')
    .where('mine.userId', '=', userId)
    .where('mine.role', '=', 'owner')
    .where(({ or, and, eb, exists, selectFrom }) =>
      or([
        and([eb('events.startsAt', '>', now), eb('events.status', '<>', 'cancelled')]),
        exists(
          selectFrom('scheduledMessages')
            .select('id')
            .whereRef('scheduledMessages.eventId', '=', 'events.id')
            .where((message) => message.or([message('status', '=', 'sending'), message('reopened', '=', true)])),
        ),
      ]),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('eventCollaborators as other')
            .select('other.userId')
            .whereRef('other.eventId', '=', 'events.id')
            .where('other.userId', '<>', userId)
            .where('other.role', '=', 'owner'),
        ),
      ),
    )
    .orderBy('events.startsAt')
    .execute()
  return rows.map(({ name }) => name)
}

function collaborators(db: Db, eventId: string) {
  return db
    .selectFrom('eventCollaborators')
    .innerJoin('users', 'users.id', 'eventCollaborators.userId')
    .select(['users.id as userId', 'users.name', 'users.email', 'role', 'eventCollaborators.createdAt as addedAt'])
    .where('eventId', '=', eventId)
}
