import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { finishMessages } from './finish.ts'

async function sentToTheLast() {
  const database = await cloneDatabase()
  const event = await given.event(database.db)
  const { message } = await sendingMessage(database.db, event.id, 3)
  await database.db.updateTable('messageCounters').set({ queued: 0, accepted: 3 }).execute()
  await database.db.deleteFrom('sendUnits').execute()
  return { ...database, id: message.id }
}

test('however many finish a message at the same moment, it ends once', async () => {
  const { db, id } = await sentToTheLast()

  const finished = (await Promise.all(Array.from({ length: 5 }, () => finishMessages(db)))).flat()

  expect(finished).toEqual([{ messageId: id, status: 'sent' }])
})

test('guests who are tried again while the message ends are not forgotten', async () => {
  const { db, pool, id } = await sentToTheLast()
  // Somebody who adds work holds the message meanwhile, and was there first.
  const host = await pool.connect()
  await host.query('begin')
  await host.query('select from scheduled_messages where id = $1 for update', [id])

  const meanwhile = await finishMessages(db)
  await host.query(
    `insert into send_turns (priority, host_id, turn) select 3, e.host_id, 0
    from scheduled_messages m join events e on e.id = m.event_id where m.id = $1 on conflict do nothing`,
    [id],
  )
  await host.query(
    `insert into send_units (message_id, id, kind, lo, hi, priority, host_id) select $1, 2, 'send', 1, 3, 3, e.host_id
    from scheduled_messages m join events e on e.id = m.event_id where m.id = $1`,
    [id],
  )
  await host.query('commit')
  host.release()

  expect([...meanwhile, ...(await finishMessages(db))]).toEqual([])
  const { rows } = await sql<{ status: string }>`select status from scheduled_messages where id = ${id}`.execute(db)
  expect(rows).toEqual([{ status: 'sending' }])
})
