import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../api/storage/database.ts'
import { migrateUp } from '../api/storage/migrate.ts'
import { startEmbeddedPostgres } from '../db/embedded.ts'
import { startChild, stopChild } from './child.ts'

export type SinkReport = { mails: number; doubled: number; lastAt: number; cpuMs: number }

/** A durable PostgreSQL of its own, migrated, and the sink. */
export async function startStage() {
  const directory = await mkdtemp(join(tmpdir(), 'tidings-bench-'))
  await chmod(directory, 0o755)
  const server = await startEmbeddedPostgres(join(directory, 'data'), { durable: true })
  const url = server.url('postgres')
  await migrateUp(url, 'db/migrations')
  const database = openDatabase({ connectionString: url })
  const sink = await startChild<{ port: number }>('./sink.ts')
  return {
    ...database,
    url,
    sink: { ...sink.hello, child: sink.child },
    async stop() {
      await database.close()
      await stopChild(sink.child)
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export type Stage = Awaited<ReturnType<typeof startStage>>

/** An event with its host, and `guests` guests named "Guest 1" and so on. */
export async function eventWithGuests({ db, pool }: Stage, guests: number) {
  const host = { name: 'Maren Holt', email: `host-${randomUUID()}@example.org` }
  const { id: hostId } = await db.insertInto('users').values(host).returning('id').executeTakeFirstOrThrow()
  const when = { localStart: '2099-06-01T18:00', timezone: 'Europe/Berlin', startsAt: '2099-06-01T16:00:00Z' }
  const event = await db
    .insertInto('events')
    .values({ hostId, name: 'Summer dinner', venue: 'The Old Mill', ...when })
    .returningAll()
    .executeTakeFirstOrThrow()
  await pool.query(
    `insert into guests (event_id, name, email)
     select $1, 'Guest ' || n, 'guest-' || n || '@example.com' from generate_series(1, $2) n`,
    [event.id, guests],
  )
  await pool.query('analyze guests')
  return { hostId, event }
}

export function median(values: readonly number[]) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
