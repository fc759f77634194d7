import { sql } from 'kysely'
import type { Db } from './database.ts'

/** A notifier writes its heartbeat every few seconds; after this long without one it is gone. */
const aliveSeconds = 30

export type LivingNotifier = { provider: string; providerAccount: string }

export async function livingNotifiers(db: Db): Promise<LivingNotifier[]> {
  return db
    .selectFrom('notifiers')
    .select(['provider', 'providerAccount'])
    .where('stoppedAt', 'is', null)
    .where('seenAt', '>', sql<Date>`now() - make_interval(secs => ${aliveSeconds})`)
    .execute()
}

/** The names of the migrations that this database has had. */
export async function appliedMigrations(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}
