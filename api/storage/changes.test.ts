import { sql } from 'kysely'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { announceChanges, changesChannel, readChanges } from './changes.ts'

async function listening() {
  const { db, url } = await cloneDatabase({ connectionsMax: 1 })
  const heard: string[] = []
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  client.on('error', () => {})
  client.on('notification', ({ payload = '' }) => void heard.push(payload))
  await client.query(`listen ${changesChannel}`)
  return { db, heard }
}

const durability = sql<{ word: string }>`select current_setting('synchronous_commit') as word`

test('what is announced is heard and read again, many ids in several words', async () => {
  const { db, heard } = await listening()
  const ids = Array.from({ length: 450 }, (_, n) => `01985f3c-0000-7000-8000-${String(n).padStart(12, '0')}`)

  await announceChanges(db, { messages: ids, events: ['01985f3c-0000-7000-8000-00000000000e'] })
  await announceChanges(db, {})

  await expect.poll(() => heard).toHaveLength(3)
  expect(heard.flatMap((payload) => readChanges(payload).messages)).toEqual(ids)
  expect(heard.flatMap((payload) => readChanges(payload).events)).toEqual(['01985f3c-0000-7000-8000-00000000000e'])
})

test('a transaction that announces is as durable as before, and so is what comes after a hint', async () => {
  const { db, heard } = await listening()
  // The tests' server promises less than a real one.
  await sql`set synchronous_commit = on`.execute(db)
  const words: string[] = []

  await announceChanges(db, { messages: ['a'] })
  words.push((await durability.execute(db)).rows[0]!.word)
  await db.transaction().execute(async (tx) => {
    await announceChanges(tx, { messages: ['b'] })
    words.push((await durability.execute(tx)).rows[0]!.word)
  })

  expect(words).toEqual(['on', 'on'])
  await expect.poll(() => heard).toEqual(['ma', 'mb'])
})
