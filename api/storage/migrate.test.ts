import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { migrateDown, migrateUp, migrationStatus } from './migrate.ts'

const directory = 'db/migrations'

test('all migrations can be taken back, twice, and applied again', async () => {
  const { url } = await cloneDatabase()

  const down = await migrateDown(url, directory, { all: true })
  const downAgain = await migrateDown(url, directory, { all: true })
  const up = await migrateUp(url, directory)
  const upAgain = await migrateUp(url, directory)

  expect(down.length).toBeGreaterThan(5)
  expect(downAgain).toEqual([])
  expect(up.map((step) => step.name)).toEqual(down.map((step) => step.name).toReversed())
  expect(upAgain).toEqual([])
  expect((await migrationStatus(url, directory)).every((step) => step.executedAt instanceof Date)).toBe(true)
})

test('taking everything back leaves no table, type or function of ours', async () => {
  const { url, db } = await cloneDatabase()

  await migrateDown(url, directory, { all: true })

  const left = await sql<{ name: string }>`
    select typname as name from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where n.nspname = 'public' and t.typtype in ('e', 'c') and typname not like 'kysely%'`.execute(db)
  expect(left.rows).toEqual([])
})
