import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { countMailsOfHost, countOpenMessages, countPromisedMails, noticeTimes } from './message-limits.ts'

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

test('notices that went out or will are told; drafts, missed ones, what was called off before, and other messages are none', async () => {
  const { db } = await cloneDatabase()
  const { id } = await given.event(db)
  const { id: other } = await given.event(db)
  const kind = 'notice' as const
  await given.message(db, id, { kind, status: 'sent', sendAt: at(1), firedAt: at(1), content: '{}' })
  await given.message(db, id, { kind, status: 'sent', sendAt: at(1), firedAt: at(2), content: '{}' })
  await given.message(db, id, {
    kind,
    status: 'cancelled',
    sendAt: at(3),
    firedAt: at(3),
    cancelledAt: at(3),
    content: '{}',
  })
  const waiting = await given.message(db, id, { kind, status: 'scheduled', sendAt: at(4) })
  await given.message(db, id, { kind, sendAt: at(4) })
  await given.message(db, id, { kind, status: 'cancelled', sendAt: at(4), cancelledAt: at(3) })
  await given.message(db, id, { kind, status: 'failed', endReason: 'missed', sendAt: at(4) })
  await given.message(db, id, { status: 'scheduled', sendAt: at(4) })
  await given.message(db, other, { kind, status: 'scheduled', sendAt: at(4) })

  const asked = { eventId: id, since: at(1) }

  expect(await noticeTimes(db, asked)).toEqual([at(2), at(3), at(4)])
  expect(await noticeTimes(db, { ...asked, except: waiting.id })).toEqual([at(2), at(3)])
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

test('mails are promised by what is sent now and can be taken back, and by what has fired and is not all deliveries yet', async () => {
  const { db } = await cloneDatabase()
  const hostId = (await given.host(db)).id
  const [one, two, strange] = [
    await given.event(db, { hostId }),
    await given.event(db, { hostId }),
    await given.event(db),
  ]
  await given.manyGuests(db, one.id, 3, (n) => ({ rsvpStatus: n === 1 ? 'attending' : 'declined' }))
  await given.manyGuests(db, two.id, 10)
  await given.manyGuests(db, strange.id, 100)
  const sentNow = { status: 'scheduled', sendAt: at(2), sentNow: true } as const
  const waiting = await given.message(db, one.id, { ...sentNow, audience: ['attending'] })
  await given.message(db, strange.id, sentNow)
  await given.message(db, one.id, { status: 'scheduled', sendAt: at(2) })
  await given.message(db, one.id)
  const fired = { firedAt: new Date(), content: '{}' }
  const expanding = await given.message(db, two.id, { ...fired, status: 'sending' })
  await given.message(db, one.id, { ...fired, status: 'sending', total: 3 })
  await given.message(db, one.id, { ...fired, status: 'sent' })
  await db.insertInto('messageCounters').values({ messageId: expanding.id, shard: 1, queued: 4 }).execute()

  expect(await countPromisedMails(db, { hostId })).toBe(1 + 10)
  expect(await countPromisedMails(db, { hostId, except: waiting.id })).toBe(10)
  expect(await countMailsOfHost(db, hostId, at(-100_000))).toBe(0)
})
