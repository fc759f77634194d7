import { CamelCasePlugin, Kysely, PostgresDialect, type PostgresPool, type Transaction } from 'kysely'
import pg from 'pg'
import type { DB } from './schema.gen.ts'

/** Every storage function takes this first, so that it joins the caller's transaction. */
export type Db = Kysely<DB> | Transaction<DB>

const timestampWithoutZone = 1114
const bigint = 20

/** How columns become values. A wall time has no zone: it stays text ("2027-03-14T18:00"), for a Date would read it in the process's own zone. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === timestampWithoutZone) return (text: string) => text.replace(' ', 'T').slice(0, 16)
    if (oid === bigint) return Number
    return pg.types.getTypeParser(oid, format as 'text')
  }) as typeof pg.types.getTypeParser,
}

export type DatabaseOptions = {
  connectionString: string
  /** Connections of this process; PostgreSQL's default limit of 100 is shared by all replicas. */
  connectionsMax?: number
  /** Shown in pg_stat_activity. */
  applicationName?: string
  /**
   * A statement without an answer for so long is given up, and its connection with it; without this one waits for ever. For a process
   * that must go on by itself when a network falls silent without a goodbye: TCP alone notices after a quarter of an hour.
   */
  answerWithinMs?: number
  /** A transaction in which its process says nothing for so long is ended by PostgreSQL, which lets go of its locks. */
  idleInTransactionMs?: number
  /** A statement that has not got a lock by then is refused; without this one waits as long as `answerWithinMs`. */
  lockWithinMs?: number
}

/** An import of 100,000 guests thinks for seconds between two statements. A process that thinks longer is frozen or gone. */
const idleInTransactionUsualMs = 20_000

/** A pool and the typed query builder on top of it. `close` ends both. */
export function openDatabase(options: DatabaseOptions) {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.connectionsMax ?? 10,
    application_name: options.applicationName ?? 'tidings',
    connectionTimeoutMillis: 10_000,
    // The other end of a silence: PostgreSQL lets go of the locks of a client that says no more.
    idle_in_transaction_session_timeout:
      options.idleInTransactionMs ?? options.answerWithinMs ?? idleInTransactionUsualMs,
    ...(options.lockWithinMs && { lock_timeout: options.lockWithinMs }),
    ...(options.answerWithinMs && { query_timeout: options.answerWithinMs }),
    types: columnTypes,
  })
  outliveLostConnections(pool)
  const db = queriesOver(pool)
  return { db, pool, close: () => db.destroy() }
}

/** The typed query builder over a pool; a simulation hands in one of its own, to decide what happens when. */
export function queriesOver(pool: pg.Pool): Kysely<DB> {
  return new Kysely<DB>({
    dialect: new PostgresDialect({ pool: preparing(pool) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
}

/**
 * A connection that the server ends while nobody uses it is replaced by the pool; without listeners it would end the process. The pool
 * lets go of a client before its socket is closed, so each client needs one of its own.
 */
export function outliveLostConnections(pool: pg.Pool) {
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
}

export type Database = ReturnType<typeof openDatabase>

/**
 * A statement whose first line is `-- prepared: name` is parsed and planned once per connection. Only for statements that run
 * hundreds of times a second and whose text never varies: planning the wire mark costs more than running it.
 */
const preparedMark = /^\s*-- prepared: (\w+)\n/

function preparing(pool: pg.Pool): PostgresPool {
  const connect = async () => {
    const client = await pool.connect()
    const query = async (text: string, values: unknown[]) => {
      try {
        return await client.query({ name: preparedMark.exec(text)?.[1], text, values })
      } catch (error) {
        // The answer may still come, and would be taken for the next statement's: nobody asks on this connection again.
        if (isSilence(error)) void client.end().catch(() => {})
        throw error
      }
    }
    return Object.assign(Object.create(client) as typeof client, {
      query,
      release: (destroy?: boolean) => client.release(destroy),
    })
  }
  return { options: pool.options, connect, end: () => pool.end() } as unknown as PostgresPool
}

/** As `pg` words it; there is no code to go by. */
const isSilence = (error: unknown) => error instanceof Error && error.message === 'Query read timeout'
