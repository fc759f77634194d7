import type { Kysely, Transaction } from 'kysely'
import type { DB } from './schema.gen.ts'

/** PostgreSQL undid the transaction for the sake of another, and it may succeed when begun again. */
const worthAnother = new Set([
  '40P01', // deadlock_detected: two wait for each other, and the other now has the way free
  '40001', // serialization_failure: as after a failover
  '55P03', // lock_not_available: somebody held a lock for as long as we were ready to wait
])

/** Whoever is undone three times meets something that does not pass by itself. */
const triesMax = 3

/**
 * One transaction, begun again when PostgreSQL undid it for the sake of another. Everybody locks event, message, unit, delivery in this
 * order, but rows of one statement are locked in the order in which it finds them. `work` may run several times: it asks the database
 * and nobody else, for a mail or a call could not be undone.
 */
export async function transact<T>(db: Kysely<DB>, work: (tx: Transaction<DB>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (!worthAnother.has(String((error as { code?: unknown } | null)?.code)) || attempt === triesMax) throw error
    }
  }
}
