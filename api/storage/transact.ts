import type { Kysely, Transaction } from 'kysely'
import type { DB } from './schema.gen.ts'

/** Two transactions that wait for each other: PostgreSQL ends one, which then has the way free. */
const deadlock = '40P01'
const triesMax = 3

/**
 * One transaction, begun again when it was the one that PostgreSQL ended to untie a deadlock. Everybody locks event, message, unit,
 * delivery in this order, but rows of one statement are locked in the order in which it finds them.
 */
export async function transact<T>(db: Kysely<DB>, work: (tx: Transaction<DB>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== deadlock || attempt === triesMax) throw error
    }
  }
}
