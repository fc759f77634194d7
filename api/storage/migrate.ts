import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import pg from 'pg'
import { outliveLostConnections } from './database.ts'

export type MigrationStep = { name: string; direction: 'Up' | 'Down' }
export type MigrationStatus = { name: string; executedAt: Date | undefined }

/** The first line of a step that PostgreSQL will not run inside a transaction, such as an index built concurrently. */
const noTransactionMark = '-- no transaction'

/**
 * Applies every `NNNN_name.up.sql` of `directory` that the database lacks, oldest first, one transaction each.
 * @throws the error of the failing step, whose transaction is rolled back; the steps before it stay.
 */
export function migrateUp(connectionString: string, directory: string): Promise<MigrationStep[]> {
  return withMigrator(connectionString, directory, (migrator) => stepUntilDone(() => migrator.migrateUp()))
}

/** Takes back the newest step, or all of them. Running it again on an empty database does nothing. */
export function migrateDown(
  connectionString: string,
  directory: string,
  { all = false } = {},
): Promise<MigrationStep[]> {
  return withMigrator(connectionString, directory, async (migrator) =>
    all ? stepUntilDone(() => migrator.migrateDown()) : oneStep(() => migrator.migrateDown()),
  )
}

/** Every known step and when it was applied here. */
export function migrationStatus(connectionString: string, directory: string): Promise<MigrationStatus[]> {
  return withMigrator(connectionString, directory, async (migrator) =>
    (await migrator.getMigrations()).map(({ name, executedAt }) => ({ name, executedAt })),
  )
}

async function withMigrator<T>(
  connectionString: string,
  directory: string,
  work: (migrator: StepMigrator) => Promise<T>,
) {
  const pool = new pg.Pool({ connectionString, max: 2 })
  outliveLostConnections(pool)
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    const files = await readMigrations(directory)
    return await work(new StepMigrator(db, files))
  } finally {
    await db.destroy()
  }
}

/** Kysely's migrator, told before each step whether that step may run in a transaction. */
class StepMigrator {
  readonly #files: Map<string, MigrationFile>
  readonly #migrator: Migrator

  constructor(db: Kysely<unknown>, files: Map<string, MigrationFile>) {
    this.#files = files
    const migrations = Object.fromEntries([...files].map(([name, file]) => [name, asMigration(file)]))
    this.#migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  }

  getMigrations() {
    return this.#migrator.getMigrations()
  }

  async migrateUp() {
    const next = (await this.getMigrations()).find((step) => step.executedAt === undefined)
    return this.#migrator.migrateUp({ disableTransactions: isBare(next && this.#files.get(next.name)?.up) })
  }

  async migrateDown() {
    const last = (await this.getMigrations()).findLast((step) => step.executedAt !== undefined)
    return this.#migrator.migrateDown({ disableTransactions: isBare(last && this.#files.get(last.name)?.down) })
  }
}

type MigrationFile = { up: string; down: string }

async function readMigrations(directory: string): Promise<Map<string, MigrationFile>> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.up.sql')).sort()
  const read = async (name: string): Promise<[string, MigrationFile]> => {
    const step = name.slice(0, -'.up.sql'.length)
    const text = (direction: string) => readFile(join(directory, `${step}.${direction}.sql`), 'utf8')
    return [step, { up: await text('up'), down: await text('down') }]
  }
  return new Map(await Promise.all(names.map(read)))
}

function asMigration({ up, down }: MigrationFile): Migration {
  return {
    up: async (db) => void (await sql.raw(up).execute(db)),
    down: async (db) => void (await sql.raw(down).execute(db)),
  }
}

function isBare(text: string | undefined) {
  return text?.startsWith(noTransactionMark) ?? false
}

type StepResults = Awaited<ReturnType<Migrator['migrateUp']>>

async function oneStep(step: () => Promise<StepResults>): Promise<MigrationStep[]> {
  const { error, results } = await step()
  if (error) throw error
  return (results ?? []).map(({ migrationName, direction }) => ({ name: migrationName, direction }))
}

async function stepUntilDone(step: () => Promise<StepResults>): Promise<MigrationStep[]> {
  const done: MigrationStep[] = []
  for (;;) {
    const moved = await oneStep(step)
    if (moved.length === 0) return done
    done.push(...moved)
  }
}
