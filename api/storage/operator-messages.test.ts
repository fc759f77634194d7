import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { listOperatorMessages } from './operator-messages.ts'

let db: TestDatabase['db']

beforeEach(async () => {
  db = (await cloneDatabase()).db
})

test.each([
  ['broadcast', 'published', ['overdue']],
  ['broadcast', 'draft', []],
  ['broadcast', 'cancelled', []],
  ['notice', 'cancelled', ['overdue']],
  ['test', 'draft', ['overdue']],
] as const)('a %s of a %s event that is ten minutes late is stuck: %j', async (kind, status, stuck) => {
  const event = await given.event(db, { status, cancelledAt: status === 'cancelled' ? new Date() : null })
  await given.dueMessage(db, event.id, { kind, sendAt: new Date(Date.now() - 600_000) })

  const messages = await listOperatorMessages(db, { stuck: true, limit: 10 })

  expect(messages.map((message) => message.stuck)).toEqual(stuck)
})
