import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { listen } from './listen.ts'

async function listening() {
  const { db, url } = await cloneDatabase()
  const heard: string[] = []
  const note = (channel: string) => (payload: string) => void heard.push(`${channel}:${payload}`)
  const end = listen(url, { one: note('one'), 'Another one': note('another') }, { reconnectAfterMs: 20 })
  onTestFinished(end)
  const notify = (channel: string, payload: string) => sql`select pg_notify(${channel}, ${payload})`.execute(db)
  const listeners = sql<{ pid: number }>`
    select pid from pg_stat_activity where application_name = 'tidings listen' and datname = current_database()`
  const pids = async () => (await listeners.execute(db)).rows.map(({ pid }) => pid)
  await expect.poll(() => heard).toEqual(['one:', 'another:'])
  return { db, heard, end, notify, pids }
}

test('each channel hears its own, over one connection', async () => {
  const { heard, notify, pids } = await listening()

  await notify('one', 'a')
  await notify('Another one', 'b')
  await notify('tidings_nothing_of_ours', 'c')
  await notify('one', 'd')

  await expect.poll(() => heard.slice(2)).toEqual(['one:a', 'another:b', 'one:d'])
  expect(await pids()).toHaveLength(1)
})

test('a lost connection is opened again, and every channel told that hints may be lost', async () => {
  const { db, heard, notify, pids } = await listening()
  const [pid] = await pids()

  await sql`select pg_terminate_backend(${pid})`.execute(db)
  await expect.poll(() => heard.slice(2)).toEqual(['one:', 'another:'])
  await notify('one', 'again')

  await expect.poll(() => heard.at(-1)).toBe('one:again')
  expect(await pids()).toHaveLength(1)
})

test('once ended, nothing is heard and no connection is left', async () => {
  const { heard, end, notify, pids } = await listening()

  await end()
  await notify('one', 'too late')

  await expect.poll(pids).toEqual([])
  expect(heard).toHaveLength(2)
})
