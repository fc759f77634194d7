import { execFileSync } from 'node:child_process'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../db/embedded.ts'
import { migrateUp } from '../../api/storage/migrate.ts'

// `make db/types`: writes api/storage/schema.gen.ts from a freshly migrated database, so that the types can't drift from the schema.

const wallTime = 'string'
const columnTypes = {
  'events.local_start': wallTime,
  'events.local_end': `${wallTime} | null`,
  'send_units.turn': 'Generated<number>',
  'send_turns.turn': 'number',
}

const server = await startEmbeddedPostgres('.data/types', { durable: false })
try {
  const client = new pg.Client(server.url('postgres'))
  await client.connect()
  await client.query('drop database if exists types')
  await client.query('create database types')
  await client.end()
  await migrateUp(server.url('types'), 'db/migrations')
  execFileSync(
    'node_modules/.bin/kysely-codegen',
    [
      ...['--dialect', 'postgres', '--url', server.url('types'), '--out-file', 'api/storage/schema.gen.ts'],
      ...['--camel-case', '--exclude-pattern', 'kysely_*', '--overrides', JSON.stringify({ columns: columnTypes })],
    ],
    { stdio: 'inherit' },
  )
} finally {
  await server.stop()
}
