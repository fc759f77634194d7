import { sql } from 'kysely'
import type { Db } from './database.ts'

/** The names of the migrations that this database has had. */
export async function appliedMigrations(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}
