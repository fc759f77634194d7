import type { Db } from './database.ts'
import { deleteEvents } from './events.ts'

export type PersonRow = { id: string; name: string; email: string }

export function findPerson(db: Db, id: string): Promise<PersonRow | undefined> {
  return db.selectFrom('users').select(['id', 'name', 'email']).where('id', '=', id).executeTakeFirst()
}

/**
 * Before an account goes: its events get another owner as their host. Those that nobody else owns go with it; they are over,
 * or the account could not be deleted.
 */
export async function handOverEvents(db: Db, userId: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('events')
      .set(({ selectFrom, ref }) => ({
        hostId: selectFrom('eventCollaborators')
          .select('userId')
          .whereRef('eventCollaborators.eventId', '=', 'events.id')
          .where('role', '=', 'owner')
          .where('userId', '<>', userId)
          .orderBy('createdAt')
          .limit(1)
          .$castTo<string>(),
        updatedAt: ref('updatedAt'),
      }))
      .where('hostId', '=', userId)
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('eventCollaborators')
            .select('userId')
            .whereRef('eventCollaborators.eventId', '=', 'events.id')
            .where('role', '=', 'owner')
            .where('userId', '<>', userId),
        ),
      )
      .execute()
    const left = await trx.selectFrom('events').select('id').where('hostId', '=', userId).execute()
    await deleteEvents(
      trx,
      left.map(({ id }) => id),
    )
  })
}
