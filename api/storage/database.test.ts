import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { startTcpProxy } from '../../test/peers/tcp-proxy.ts'
import { openDatabase, type Database, type DatabaseOptions } from './database.ts'

/** A database at the other end of a network that falls silent without a goodbye, as a firewall that forgets. */
async function atTheEndOfALine() {
  const { url } = await cloneDatabase()
  const proxy = await startTcpProxy(Number(new URL(url).port))
  onTestFinished(() => proxy.close())
  const connectionString = Object.assign(new URL(url), { port: proxy.port }).href
  const database = openDatabase({ connectionString, connectionsMax: 1, answerWithinMs: 300 })
  onTestFinished(database.close)
  return { proxy, ...database }
}

test('a connection that has fallen silent is given up, and the next statement has a new one', async () => {
  const { db, proxy } = await atTheEndOfALine()
  await sql`select 1`.execute(db)
  proxy.deafen()

  await expect(sql`select 1`.execute(db)).rejects.toThrow('timeout')
  const { rows } = await sql`select 2 as answer`.execute(db)

  expect(rows).toEqual([{ answer: 2 }])
})

test('a transaction that nobody hears of any more holds nobody else up', async () => {
  const { db, proxy } = await atTheEndOfALine()

  const transaction = db.transaction().execute(async (tx) => {
    await sql`select 1`.execute(tx)
    proxy.deafen()
    await sql`select 1`.execute(tx)
  })

  await expect(transaction).rejects.toThrow(/timeout|closed/)
  const { rows } = await sql`select 2 as answer`.execute(db)
  expect(rows).toEqual([{ answer: 2 }])
})

/** Two processes on one row, of which the first has locked it. */
async function twoOnOneRow(first: Partial<DatabaseOptions>, second: Partial<DatabaseOptions>) {
  const { db, url } = await cloneDatabase()
  const { id } = await given.event(db)
  const [one, two] = [first, second].map((limits) => openDatabase({ connectionString: url, ...limits })) as [
    Database,
    Database,
  ]
  onTestFinished(async () => void (await Promise.all([one.close(), two.close()])))
  const holder = await one.pool.connect()
  onTestFinished(() => holder.release(true))
  await holder.query('begin')
  await holder.query('select from events for update')
  const lock = () => sql`select from events where id = ${id} for update`.execute(two.db)
  return { lock }
}

test('a process that is frozen inside a transaction holds nobody for longer than it may be silent', async () => {
  const { lock } = await twoOnOneRow({ idleInTransactionMs: 200 }, { lockWithinMs: 10_000 })

  await expect(lock()).resolves.toMatchObject({ rows: [{}] })
})

test('a statement waits for a lock no longer than it may, and says so', async () => {
  const { lock } = await twoOnOneRow({ idleInTransactionMs: 60_000 }, { lockWithinMs: 200 })

  await expect(lock()).rejects.toMatchObject({ code: '55P03' })
})
