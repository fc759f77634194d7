import { sql } from 'kysely'
import type { Db } from './database.ts'
import type { SuppressionReason } from './schema.gen.ts'

export type SuppressionRow = {
  address: string
  reason: SuppressionReason
  detail: string | null
  /** The host whose guests it concerns; null when it is everybody's. */
  host: string | null
  createdAt: Date
}

/** Addresses that get nothing more, newest first; `part` of an address narrows them. */
export async function listSuppressions(db: Db, { part, limit }: { part?: string; limit: number }) {
  const { rows } = await sql<SuppressionRow>`
    select s.address, s.reason, s.detail, u.email as host, s.created_at
    from suppressions s left join users u on u.id = s.host_id
    where ${part === undefined ? sql`true` : sql`strpos(s.address, ${part}) > 0`}
    order by s.id desc limit ${limit}`.execute(db)
  return rows
}

/** Suppresses an address for all hosts. @returns false when it was already. */
export async function addSuppression(db: Db, { address, detail }: { address: string; detail: string | null }) {
  const added = await db
    .insertInto('suppressions')
    .values({ address, detail, reason: 'manual' })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return added !== undefined
}

/** Lifts every suppression of an address, whoever made it. A guest's own unsubscribing is on the guest, and stays. */
export async function removeSuppression(db: Db, address: string): Promise<number> {
  const removed = await db.deleteFrom('suppressions').where('address', '=', address).executeTakeFirst()
  return Number(removed.numDeletedRows)
}
