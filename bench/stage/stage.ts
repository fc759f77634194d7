import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../api/storage/database.ts'
import { migrateUp } from '../../api/storage/migrate.ts'
import { startEmbeddedPostgres } from '../../db/embedded.ts'
import { atEnd, endEverything } from './ending.ts'
import { startRedis } from './redis.ts'
import { startSink } from './sink.ts'

const migrations = join(import.meta.dirname, '../../db/migrations')

/**
 * Where a benchmark plays: a PostgreSQL of its own in a new directory, as durable as in production (fsync and synchronous_commit on) and
 * migrated; the SMTP sink; and Redis, if asked for. All of it goes when the benchmark ends.
 */
export async function startStage({ latencyMs = 0, redis = false } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'tidings-bench-'))
  atEnd(() => rm(directory, { recursive: true, force: true }))
  // As root the server runs under another user, who must be able to enter.
  await chmod(directory, 0o755)
  const data = join(directory, 'postgres')
  const server = await startEmbeddedPostgres(data, { durable: true })
  atEnd(() => server.stop())
  const url = server.url('postgres')
  await migrateUp(url, migrations)
  const database = openDatabase({ connectionString: url, applicationName: 'tidings-bench' })
  atEnd(() => database.close())
  return {
    ...database,
    url,
    directory,
    postgres: { pid: () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]) },
    redis: redis ? await startRedis(join(directory, 'redis')) : undefined,
    sink: await startSink({ latencyMs }),
    /** Ends it before the benchmark does, for those that need a new one. */
    stop: endEverything,
  }
}

export type Stage = Awaited<ReturnType<typeof startStage>>
