import { openDatabase } from '../../api/storage/database.ts'

/** Claims, heartbeats, marks and outcomes each have a statement in flight, and an expansion may run beside them. */
const connectionsMax = 8

/** A slice of 50,000 guests, the longest that it asks for, takes a second; a silent database is left after twenty, as a dead replica is. */
const answerWithinMs = 20_000

/**
 * PostgreSQL ends a transaction in which a replica says nothing for so long, and lets go of its locks: a process that is frozen in the
 * middle of one (a stopped container, a machine that swaps) must not hold the others beyond the 30 seconds in which sending resumes. A
 * live one says the next thing within milliseconds.
 */
const idleInTransactionMs = 10_000

/**
 * A little longer than that, so that whoever waits for a frozen process gets the lock and not an error. And shorter than `answerWithinMs`:
 * a statement that nobody waits for any more must not get its lock later and act.
 */
const lockWithinMs = 12_000

/** The notifier's pool, which must go on by itself whatever becomes of the network or of another replica. */
export function openNotifierDatabase(connectionString: string) {
  const limits = { connectionsMax, answerWithinMs, idleInTransactionMs, lockWithinMs }
  return openDatabase({ connectionString, applicationName: 'tidings-notifier', ...limits })
}
