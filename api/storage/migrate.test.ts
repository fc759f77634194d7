import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually } from '../../test/notifiers.ts'
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

test('a database full of events, guests, messages and deliveries is taken back and built again', async () => {
  const { url, db, pool } = await cloneDatabase()
  const event = await given.event(db)
  const guests = await given.manyGuests(db, event.id, 20)
  const { id } = await given.dueMessage(db, event.id)
  await pool.query(
    `insert into message_deliveries (message_id, seq, guest_id, address, state, accepted_at)
     select $1, n, g, 'a@example.com', 'accepted', now() from unnest($2::uuid[]) with ordinality as u(g, n)`,
    [id, guests.map((guest) => guest.id)],
  )

  const down = await migrateDown(url, directory, { all: true })
  const downAgain = await migrateDown(url, directory, { all: true })
  const up = await migrateUp(url, directory)

  expect(downAgain).toEqual([])
  expect(up).toHaveLength(down.length)
  expect(await db.selectFrom('guests').selectAll().execute()).toEqual([])
})

test('each step can be taken back and applied again by itself', async () => {
  const { url } = await cloneDatabase()
  const steps = (await migrationStatus(url, directory)).length

  for (let depth = 1; depth <= steps; depth++) {
    await migrateDown(url, directory)
    await migrateUp(url, directory)
    for (let taken = 0; taken < depth; taken++) await migrateDown(url, directory)
    expect(await migrateUp(url, directory)).toHaveLength(depth)
  }
  // Each step under all those above it: a hundred and fifty migrations and more.
}, 120_000)

test('deliveries keep every fact when their columns are put in order', async () => {
  const { url, pool } = await cloneDatabase()
  while ((await lastStep(url)) >= '0024') await migrateDown(url, directory)
  const { rows: columns } = await pool.query<{ name: string; type: string }>(
    `select column_name as name, udt_name as type from information_schema.columns where table_name = 'message_deliveries'`,
  )
  // A value of its own for each column, so that none can stand in another's place.
  const values = columns.map(({ type }, n) => valueOfType(type, n))
  await pool.query(
    `insert into message_deliveries (${columns.map(({ name }) => name).join()})
     values (${columns.map(({ type }, n) => `$${n + 1}::${type}`).join()})`,
    values,
  )
  const read = async () => (await pool.query('select * from message_deliveries')).rows
  const before = await read()

  await migrateUp(url, directory)

  expect(columns.length).toBeGreaterThan(30)
  expect(before).toHaveLength(1)
  expect(await read()).toEqual(before)
})

test('what a notifier records while the columns are put in order is kept', async () => {
  const { url, pool } = await cloneDatabase()
  while ((await lastStep(url)) >= '0024') await migrateDown(url, directory)
  await pool.query(
    `insert into message_deliveries (message_id, seq, address, state, wired_at)
     values ('00000000-0000-0000-0000-000000000001', 1, 'a@example.com', 'wired', now())`,
  )
  const notifier = await pool.connect()
  await notifier.query('begin')
  await notifier.query(`update message_deliveries set state = 'accepted', accepted_at = now()`)

  const migrated = migrateUp(url, directory)
  await eventually(async () => {
    const waiting = `select from pg_locks where not granted and relation = 'message_deliveries'::regclass`
    return ((await pool.query(waiting)).rowCount ?? 0) > 0
  })
  await notifier.query('commit')
  notifier.release()
  await migrated

  const { rows } = await pool.query('select state from message_deliveries')
  expect(rows).toEqual([{ state: 'accepted' }])
})

async function lastStep(url: string) {
  const steps = await migrationStatus(url, directory)
  return steps.findLast(({ executedAt }) => executedAt)!.name
}

function valueOfType(type: string, n: number): string {
  if (type === 'uuid') return `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`
  if (type === 'timestamptz') return new Date(Date.UTC(2026, 0, 1 + n)).toISOString()
  if (type === 'jsonb') return JSON.stringify({ n })
  return type === 'delivery_state' ? 'wired' : String(n)
}

test('taking everything back leaves no table, type or function of ours', async () => {
  const { url, db } = await cloneDatabase()

  await migrateDown(url, directory, { all: true })

  const left = await sql<{ name: string }>`
    select typname as name from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where n.nspname = 'public' and t.typtype in ('e', 'c') and typname not like 'kysely%'`.execute(db)
  expect(left.rows).toEqual([])
})
