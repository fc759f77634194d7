import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../api/storage/database.ts'
import { migrateUp } from '../../api/storage/migrate.ts'
import { cloneDatabase } from '../database.ts'
import { startSmtpPeer } from '../peers/smtp-server.ts'
import { withDatabaseName } from '../postgres-setup.ts'
import { allEnded, balance, type Books } from './books.ts'
import { startCluster } from './cluster.ts'
import { startReplica, until } from './replica.ts'
import { report } from './report.ts'
import { dueBroadcasts } from './storm.ts'

const connections = 5
const guests = 300
/** So many that their rows need more room than is left in the tables. */
const many = 800

/** Longer than all that may still be on the wire when the trouble begins. */
const quietMs = 2000

async function peer() {
  const witness = await startSmtpPeer({ latencyMs: 30, keep: false })
  onTestFinished(() => witness.close())
  const env = { SMTP_URL: witness.url, SMTP_MAX_CONNECTIONS: String(connections), NOTIFIER_ON_AMBIGUOUS: 'hold' }
  return { witness, env }
}

function note(trouble: string, { mails, lost, doubled, unknown }: Books) {
  report('A database that is ill', { trouble, mails, lost: lost.length, doubled, unknown })
}

test('a database that turns read-only in the middle: nothing more is handed over until it is well, and then everybody is reached once', async () => {
  const cluster = await startCluster()
  const { witness, env } = await peer()
  await dueBroadcasts(cluster.db, 1, guests)
  const replica = startReplica(cluster.url, env)
  await until('a third of the mails', () => witness.count > guests / 3)

  await cluster.query('alter system set default_transaction_read_only = on')
  await cluster.query('select pg_reload_conf()')
  await sleep(quietMs)
  const mailedWhenQuiet = witness.count
  await sleep(quietMs)

  expect(witness.count).toBe(mailedWhenQuiet)
  expect(mailedWhenQuiet).toBeLessThan(guests)
  await cluster.query('alter system reset default_transaction_read_only')
  await cluster.query('select pg_reload_conf()')
  await allEnded(cluster.db, 120_000)
  const books = await balance(cluster.db, witness)
  note('read-only for a while (25006)', books)
  everybodyOnce(books, guests)
  expect(replica.isGone()).toBe(false)
})

test.runIf(canMount())(
  'a database whose disk is full: nothing is handed over until there is room, and then everybody is reached once',
  async () => {
    const cluster = await startCluster()
    const { url, disk } = await databaseOnSmallDisk(cluster)
    const database = openDatabase({ connectionString: url, connectionsMax: 3 })
    onTestFinished(database.close)
    const { witness, env } = await peer()
    await dueBroadcasts(database.db, 1, many)
    await sql`update scheduled_messages set send_at = now() + interval '1 hour'`.execute(database.db)
    const replica = startReplica(url, env)
    await replica.ready

    fill(disk)
    await sql`update scheduled_messages set send_at = now()`.execute(database.db)
    await until('PostgreSQL says that the disk is full', () => replica.said('53100').length > 0)
    await sleep(quietMs)

    expect(witness.count).toBeLessThan(many)
    rmSync(join(disk, 'ballast'))
    await allEnded(database.db, 120_000)
    const books = await balance(database.db, witness)
    note('disk full for a while (53100)', books)
    everybodyOnce(books, many)
    expect(replica.isGone()).toBe(false)
  },
)

test('a database that gives a notifier three connections where it wants nine: it makes do with them', async () => {
  const database = await cloneDatabase({ connectionsMax: 3 })
  const { witness, env } = await peer()
  await dueBroadcasts(database.db, 1, guests)
  const role = `poor_${randomBytes(4).toString('hex')}`
  await sql`${sql.raw(`create role ${role} login password 'poor' connection limit 3 in role pg_read_all_data, pg_write_all_data`)}`.execute(
    database.db,
  )
  const url = Object.assign(new URL(database.url), { username: role, password: 'poor' }).href

  const replica = startReplica(url, env)
  await allEnded(database.db, 120_000)

  const books = await balance(database.db, witness)
  note('connections are scarce (53300)', books)
  everybodyOnce(books, guests)
  expect(replica.isGone()).toBe(false)
  replica.kill('SIGKILL')
  await replica.ended
  await sql.raw(`drop role ${role}`).execute(database.db)
})

/** A claim may run out while nothing can be written; what was marked then and never left is held. */
function everybodyOnce({ lost, doubled, accepted, unknown }: Books, mails: number) {
  expect({ lost, doubled, reached: accepted + unknown }).toEqual({ lost: [], doubled: 0, reached: mails })
  expect(unknown).toBeLessThanOrEqual(2 * connections)
}

/** Mounting a small disk takes a right that not every machine gives to its tests; elsewhere the table of faults has this one by other means. */
function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A migrated database whose tables live on a disk of their own of 48 MB; the log of the server does not. */
async function databaseOnSmallDisk(cluster: Awaited<ReturnType<typeof startCluster>>) {
  const disk = join(cluster.directory, 'small')
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m,mode=777', 'tmpfs', disk])
  onTestFinished(() => void execFileSync('umount', ['-l', disk]))
  const tables = join(disk, 'tables')
  execFileSync('cp', ['-a', '--attributes-only', join(cluster.directory, 'data', 'base'), tables])
  chmodSync(tables, 0o700)
  await cluster.query(`create tablespace small location '${tables}'`)
  await cluster.query('create database small tablespace small')
  const url = withDatabaseName(cluster.url, 'small')
  await migrateUp(url, 'db/migrations')
  return { url, disk }
}

function fill(disk: string) {
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(bavail * bsize))
}
