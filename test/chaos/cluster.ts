import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { openDatabase } from '../../api/storage/database.ts'
import { migrateUp } from '../../api/storage/migrate.ts'
import { startEmbeddedPostgres } from '../../db/embedded.ts'
import { startTcpProxy } from '../peers/tcp-proxy.ts'
import { until } from './replica.ts'

export type Cluster = Awaited<ReturnType<typeof startCluster>>

/**
 * A PostgreSQL of this test's own, which it may stop and break, migrated and as durable as in production. Replicas reach it through
 * a proxy, whose port stays the same when the server comes back on another one.
 */
export async function startCluster() {
  const directory = await mkdtemp(join(tmpdir(), 'tidings-chaos-'))
  // The server may run as another user than root, who must be able to pass.
  await chmod(directory, 0o755)
  const data = join(directory, 'data')
  let server = await startEmbeddedPostgres(data, { durable: true })
  const proxy = await startTcpProxy(portOf(server.url('postgres')))
  const url = `postgres://tidings:tidings@127.0.0.1:${proxy.port}/postgres`
  await migrateUp(server.url('postgres'), 'db/migrations')
  // The test's own eyes go through the proxy too: after a restart they find the way like everybody else.
  const database = openDatabase({ connectionString: url, connectionsMax: 5 })
  const watch = async (text: string) => {
    const client = new pg.Client({ connectionString: server.url('postgres') })
    await client.connect()
    try {
      return await client.query(text)
    } finally {
      await client.end()
    }
  }
  onTestFinished(async () => {
    proxy.clear()
    await database.close()
    await proxy.close()
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  })

  return {
    ...database,
    url,
    proxy,
    directory,
    /** Past the proxy, on a connection of its own. */
    query: watch,
    /** SIGINT ends all sessions in order; SIGQUIT is a crash: nobody cleans up, and the next start recovers from the log. */
    async stop(how: 'fast' | 'immediate') {
      const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0])
      process.kill(pid, how === 'fast' ? 'SIGINT' : 'SIGQUIT')
      await until('PostgreSQL has ended', () => isGone(pid))
    },
    async start() {
      server = await startEmbeddedPostgres(data, { durable: true })
      proxy.leadTo(portOf(server.url('postgres')))
    },
  }
}

const portOf = (url: string) => Number(new URL(url).port)

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}
