import type { Db } from './database.ts'

/** The newest event that this person may send from; a test mail goes in its name. */
export async function latestEventOf(db: Db, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('eventCollaborators as c')
    .innerJoin('events as e', 'e.id', 'c.eventId')
    .select('e.id')
    .where('c.userId', '=', userId)
    .where('c.role', 'in', ['owner', 'editor'])
    .where('e.status', '<>', 'cancelled')
    .orderBy('e.createdAt', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id
}
