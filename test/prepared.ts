import type { PoolClient } from 'pg'
import type { TestDatabase } from './database.ts'

/** Counts how often the prepared statements with such a name run on this database's pool from now on. */
export function countPrepared({ pool }: Pick<TestDatabase, 'pool'>, name: RegExp): () => number {
  const known = new WeakSet<PoolClient>()
  let count = 0
  pool.on('acquire', (client) => {
    if (known.has(client)) return
    known.add(client)
    const query = client.query.bind(client) as (...asked: unknown[]) => unknown
    const counted = (...asked: [{ name?: string }, ...unknown[]]) => {
      if (name.test(asked[0].name ?? '')) count++
      return query(...asked)
    }
    Object.assign(client, { query: counted })
  })
  return () => count
}
