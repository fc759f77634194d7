import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { migrateUp } from '../../api/storage/migrate.ts'
import { startChild, type Child } from './child.ts'

const database = 'tidings'
const othersMayEnter = 0o001

/** The server of DATABASE_URL, or our own in `.data/postgres`; migrated in both cases. `child` is there when we started one. */
export async function prepareDatabase(
  environment: NodeJS.ProcessEnv,
  data: string,
  started: (child: Child) => void,
): Promise<string> {
  const url = environment.DATABASE_URL || (await startOwn(environment, data, started))
  await migrateUp(url, join(import.meta.dirname, '../../db/migrations'))
  return url
}

async function startOwn(env: NodeJS.ProcessEnv, data: string, started: (child: Child) => void) {
  const directory = join(data, 'postgres')
  refuseClosedFolder(directory)
  const child = startChild({
    name: 'PostgreSQL',
    script: 'cmd/demo/postgres.ts',
    args: [directory],
    env,
    logFile: join(data, 'postgres.log'),
  })
  started(child)
  const { url } = await child.ready
  return createDatabase(String(url))
}

async function createDatabase(serverUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
    if (rowCount === 0) await client.query(`create database ${database}`)
  } finally {
    await client.end()
  }
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}

/** PostgreSQL refuses to run as root, so for root it runs as the user postgres, who must be able to reach this folder. */
function refuseClosedFolder(directory: string) {
  if (process.getuid?.() !== 0) return
  for (let folder = dirname(directory); folder !== dirname(folder); folder = dirname(folder)) {
    if (statSync(folder).mode & othersMayEnter) continue
    throw new Error(
      `You are root, and PostgreSQL never runs as root: it runs as the user "postgres", who may not enter ${folder}. ` +
        'Put this repository where others may enter (such as /srv/tidings), start it as another user, or set DATABASE_URL.',
    )
  }
}
