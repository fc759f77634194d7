import { sql } from 'kysely'
import type { Db } from './database.ts'

/** By which right somebody watches: a session, and a role in the event. */
export type WatchRight = { userId: string; sessionId: string; eventId: string }

/** Which of these rights still hold, in one statement: the session has not ended, and the person is in the event. */
export async function rightsThatHold<R extends WatchRight>(db: Db, rights: readonly R[]): Promise<R[]> {
  if (rights.length === 0) return []
  const { rows } = await sql<{ place: number }>`
    select r.place::int
    from unnest(${rights.map((r) => r.userId)}::uuid[], ${rights.map((r) => r.sessionId)}::uuid[],
      ${rights.map((r) => r.eventId)}::uuid[]) with ordinality r(user_id, session_id, event_id, place)
    where exists (select from sessions s where s.id = r.session_id and s.user_id = r.user_id and s.expires_at > now())
      and exists (select from event_collaborators c where c.event_id = r.event_id and c.user_id = r.user_id)`.execute(
    db,
  )
  return rows.map(({ place }) => rights[place - 1]!)
}
