import { sql } from 'kysely'
import type { Db } from './database.ts'
import type { Json } from './schema.gen.ts'

export type KeyOfPerson = { userId: string; key: string }
export type StoredAnswer = { status: number; body: unknown }

/** What a key says: it is ours to use now, it was used for the same or another request, or its request has not finished. */
export type KeyState =
  | { kind: 'taken' }
  | { kind: 'answered'; answer: StoredAnswer }
  | { kind: 'inProgress' }
  | { kind: 'otherRequest' }

/** Takes a key for one request. Of two equal requests at once, one takes it and the other hears `inProgress`. */
export async function takeKey(
  db: Db,
  { userId, key, route, requestHash }: KeyOfPerson & { route: string; requestHash: Buffer },
): Promise<KeyState> {
  const inserted = await db
    .insertInto('idempotencyKeys')
    .values({ userId, key, route, requestHash })
    .onConflict((same) => same.doNothing())
    .returning('key')
    .executeTakeFirst()
  if (inserted) return { kind: 'taken' }

  const row = await ofPerson(db, { userId, key })
  if (!row) return { kind: 'inProgress' }
  if (row.route !== route || !row.requestHash.equals(requestHash)) return { kind: 'otherRequest' }
  if (row.status === null) return { kind: 'inProgress' }
  return { kind: 'answered', answer: { status: row.status, body: row.response } }
}

export async function storeAnswer(db: Db, { userId, key }: KeyOfPerson, answer: StoredAnswer): Promise<void> {
  await db
    .updateTable('idempotencyKeys')
    .set({ status: answer.status, response: JSON.stringify(answer.body) as Json })
    .where('userId', '=', userId)
    .where('key', '=', key)
    .execute()
}

/** Gives a key back when its request failed on our side and nothing was written. */
export async function releaseKey(db: Db, { userId, key }: KeyOfPerson): Promise<void> {
  await db
    .deleteFrom('idempotencyKeys')
    .where('userId', '=', userId)
    .where('key', '=', key)
    .where('status', 'is', null)
    .execute()
}

/** Forgets old keys; whoever still retries by then starts anew. */
export async function forgetOldKeys(db: Db, olderThanMs: number): Promise<void> {
  await db
    .deleteFrom('idempotencyKeys')
    .where('createdAt', '<', sql<Date>`now() - ${olderThanMs} * interval '1 ms'`)
    .execute()
}

function ofPerson(db: Db, { userId, key }: KeyOfPerson) {
  return db
    .selectFrom('idempotencyKeys')
    .select(['route', 'requestHash', 'status', 'response'])
    .where('userId', '=', userId)
    .where('key', '=', key)
    .executeTakeFirst()
}
