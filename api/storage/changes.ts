import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Something that people may be watching has moved. A hint: who misses it looks every few seconds. */
export const changesChannel = 'tidings_changes'

/** Whose figures have moved: messages and events, by id. */
export type Changes = { messages?: readonly string[]; events?: readonly string[] }

/** PostgreSQL takes 8,000 bytes at once; an id and its letter have 38. */
const idsAtOnceMax = 200

/**
 * Commits with a NOTIFY go one after the other through the whole server, and each would wait for the disk. A hint needs none: if the
 * server dies before it is written, those who listened are gone as well. Never in a transaction that holds anything else.
 */
const withoutDisk = sql`set_config('synchronous_commit', 'off', true),`

/** Tells every API process, when the caller's transaction commits, so that those who watch see it. */
export async function announceChanges(db: Db, { messages = [], events = [] }: Changes): Promise<void> {
  const words = [...messages.map((id) => `m${id}`), ...events.map((id) => `e${id}`)]
  const haste = db.isTransaction ? sql`` : withoutDisk
  for (let from = 0; from < words.length; from += idsAtOnceMax) {
    const payload = words.slice(from, from + idsAtOnceMax).join(' ')
    await sql`select ${haste} pg_notify(${changesChannel}, ${payload})`.execute(db)
  }
}

/** The other direction. Words that are none of ours are passed over. */
export function readChanges(payload: string): Required<Changes> {
  const words = payload.split(' ')
  const idsAfter = (letter: string) => words.filter((word) => word[0] === letter).map((word) => word.slice(1))
  return { messages: idsAfter('m'), events: idsAfter('e') }
}
