import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { changesChannel, readChanges } from '../../api/storage/changes.ts'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { runTidings } from './run.ts'

/** A message of which one mail failed and one is unknown, and the events that those who watch are told of. */
async function desk() {
  const { db, url } = await cloneDatabase()
  const event = await given.event(db)
  const { message } = await sendingMessage(db, event.id, 4)
  const as = (state: 'failed' | 'unknown') => ({ state, reason: 'x', [`${state}At`]: new Date() })
  await db.updateTable('messageDeliveries').set(as('failed')).where('seq', '=', 3).execute()
  await db.updateTable('messageDeliveries').set(as('unknown')).where('seq', '=', 4).execute()
  await db.updateTable('messageCounters').set({ queued: 1, failed: 1, unknown: 1, accepted: 1 }).execute()
  const heard: string[] = []
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  client.on('error', () => {})
  client.on('notification', ({ payload = '' }) => void heard.push(...readChanges(payload).events))
  await client.query(`listen ${changesChannel}`)
  const tidings = (...args: string[]) => {
    const output = { log: () => {}, error: (line: string) => void heard.push(line) }
    return runTidings(args, { DATABASE_URL: url }, output)
  }
  return { id: message.id, eventId: event.id, heard, tidings }
}

test.each([
  ['retry'],
  ['resolve', '--as', 'leave', '--all'],
  ['resolve', '--as', 'resend', '--all'],
  ['pause'],
  ['cancel'],
  ['recount'],
])('those who watch an event are told of %s when it is done, and not of a dry run', async (command, ...args) => {
  const { id, eventId, heard, tidings } = await desk()

  await tidings(command, id, ...args, '--dry-run')
  await tidings(command, id, ...args)

  await expect.poll(() => heard).not.toEqual([])
  expect(heard).toEqual([eventId])
})

test('what is refused, and what concerns no event, is told to nobody who watches one', async () => {
  const { id, eventId, heard, tidings } = await desk()

  await tidings('suppressions', 'add', 'ada@example.org')
  const code = await tidings('resume', id)
  await tidings('pause', id)

  expect(code).toBe(1)
  await expect.poll(() => heard).toContain(eventId)
  expect(heard).toEqual([expect.stringContaining('It is not paused.'), eventId])
})
