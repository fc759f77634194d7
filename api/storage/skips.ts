import { sql } from 'kysely'
import type { SkipReason } from '../domain/delivery.ts'
import type { Db } from './database.ts'

export type SkipRow = { reason: SkipReason; count: number }

/**
 * How many of a message's guests were skipped, by reason, the largest part first. It reads all of the message's rows, so it is
 * for one reader's question and not for the numbers that every watcher is told each second; those say only how many there are.
 */
export async function skipsOf(db: Db, messageId: string): Promise<SkipRow[]> {
  const { rows } = await sql<SkipRow>`
    select reason, count(*)::int as count from message_deliveries
    where message_id = ${messageId} and state = 'skipped'
    group by reason order by count desc, reason`.execute(db)
  return rows
}
