import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { startTcpProxy } from '../../test/peers/tcp-proxy.ts'
import { openDatabase } from './database.ts'

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
