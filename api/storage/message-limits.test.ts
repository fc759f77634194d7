import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { countMailsOfHost, countOpenMessages } from './message-limits.ts'

const at = (day: number) => new Date(Date.UTC(2099, 4, day))

test('drafts and scheduled messages wait; tests and what is over do not', async () => {
  const { db } = await cloneDatabase()
  const { id } = await given.event(db)
  await given.message(db, id)
  await given.message(db, id, { status: 'scheduled', sendAt: at(1) })
  await given.message(db, id, { status: 'cancelled', cancelledAt: at(1) })
  await given.message(db, id, { kind: 'test', recipient: 'host@example.org', status: 'scheduled', sendAt: at(1) })
  await given.message(db, (await given.event(db)).id)

  expect(await countOpenMessages(db, id)).toBe(2)
})

test('a week of mails is counted over all events of the host, and over nobody else’s', async () => {
  const { db } = await cloneDatabase()
  const hostId = (await given.host(db)).id
  const events = [await given.event(db, { hostId }), await given.event(db, { hostId }), await given.event(db)]
  for (const event of events) {
    for (const day of [1, 8]) {
      const message = await given.message(db, event.id, { status: 'sent', firedAt: at(day), content: '{}' })
      const counts = { accepted: 5, queued: 2, skipped: 9, failed: 3 }
      await db
        .insertInto('messageCounters')
        .values({ messageId: message.id, shard: 1, ...counts })
        .execute()
    }
  }

  expect(await countMailsOfHost(db, hostId, at(2))).toBe(14)
  expect(await countMailsOfHost(db, hostId, at(9))).toBe(0)
})
