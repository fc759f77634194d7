import type pg from 'pg'
import { openDatabase, type Db } from '../../api/storage/database.ts'

type Query = (config: string | pg.QueryConfig, ...rest: unknown[][]) => Promise<pg.QueryResult>

/**
 * The plans of the statements that `work` runs, as the database carries them out; each is run once more for it, and then undone. Statements
 * are taken from the wire, so that no query has to be exported for this.
 */
export async function plansOf(url: string, work: (db: Db) => Promise<unknown>): Promise<string[]> {
  const database = openDatabase({ connectionString: url, connectionsMax: 1 })
  const client = await database.pool.connect()
  const statements: { text: string; values: unknown[] }[] = []
  const query = client.query.bind(client) as Query
  client.release()
  client.query = ((config: string | pg.QueryConfig, ...rest: unknown[][]) => {
    const { text, values = rest[0] ?? [] } = typeof config === 'string' ? { text: config } : config
    if (/^\s*(--.*\n\s*)?(select|with|update|insert|delete)/i.test(text)) statements.push({ text, values })
    return query(config, ...rest)
  }) as typeof client.query
  try {
    await query('begin')
    await work(database.db)
    await query('rollback')
    return await explained(query, statements)
  } finally {
    await database.close()
  }
}

async function explained(query: Query, statements: { text: string; values: unknown[] }[]) {
  const lines: string[] = []
  for (const { text, values } of statements) {
    await query('begin')
    const { rows } = await query({ text: `explain (analyze, buffers, costs off, timing off) ${text}`, values })
    await query('rollback')
    lines.push(...rows.map((row) => String(row['QUERY PLAN'])), '')
  }
  return lines.slice(0, -1)
}
