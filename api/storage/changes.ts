import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Something that people may be watching has moved. A hint: who misses it looks every few seconds. */
export const changesChannel = 'tidings_changes'

/** Whose figures have moved: messages and events, by id. */
export type Changes = { messages?: readonly string[]; events?: readonly string[] }

/** PostgreSQL takes 8,000 bytes at once; an id and its letter have 38. */
const idsAtOnceMax = 200

/** Tells every API process, when the caller's transaction commits, so that those who watch see it. */
export async function announceChanges(db: Db, { messages = [], events = [] }: Changes): Promise<void> {
  const words = [...messages.map((id) => `m${id}`), ...events.map((id) => `e${id}`)]
  for (let from = 0; from < words.length; from += idsAtOnceMax) {
    await sql`select pg_notify(${changesChannel}, ${words.slice(from, from + idsAtOnceMax).join(' ')})`.execute(db)
  }
}

/** The other direction. Words that are none of ours are passed over. */
export function readChanges(payload: string): Required<Changes> {
  const words = payload.split(' ')
  const idsAfter = (letter: string) => words.filter((word) => word[0] === letter).map((word) => word.slice(1))
  return { messages: idsAfter('m'), events: idsAfter('e') }
}
