import { expect, onTestFinished, test } from 'vitest'
import { announceDue } from '../../api/storage/messages.ts'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startSmtpPeer, type SmtpPeerOptions } from '../../test/peers/smtp-server.ts'

async function peer(options?: SmtpPeerOptions) {
  const server = await startSmtpPeer(options)
  onTestFinished(() => server.close())
  return server
}

async function sums({ db }: TestDatabase, messageId: string) {
  const { sum } = db.fn
  const row = await db
    .selectFrom('messageCounters')
    .where('messageId', '=', messageId)
    .select([sum<number>('queued').as('queued'), sum<number>('accepted').as('accepted')])
    .select([sum<number>('failed').as('failed'), sum<number>('unknown').as('unknown')])
    .select(sum<number>('skipped').as('skipped'))
    .executeTakeFirstOrThrow()
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]))
}

async function states({ db }: TestDatabase, messageId: string) {
  const rows = await db
    .selectFrom('messageDeliveries')
    .select(['state', db.fn.countAll<number>().as('rows')])
    .where('messageId', '=', messageId)
    .groupBy('state')
    .execute()
  return Object.fromEntries(rows.map(({ state, rows: count }) => [state, Number(count)]))
}

test('a due message reaches every guest once and is sent', async () => {
  const database = await cloneDatabase()
  const smtp = await peer()
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 120, (n) => (n % 40 === 0 ? { email: null } : {}))
  const { id } = await given.dueMessage(database.db, event.id)

  await startNotifier(database, smtpTransport(smtp.url), { unitSize: 25 })
  const message = await finished(database, id)

  expect(message.status).toBe('sent')
  expect(message.total).toBe(120)
  expect(smtp.count).toBe(117)
  expect(smtp.doubled).toEqual([])
  expect(smtp.mailsTo('guest-7@example.com')[0]!.raw).toContain('Subject: Hello Guest 7')
  expect(await states(database, id)).toEqual({ accepted: 117, skipped: 3 })
  expect(await sums(database, id)).toEqual({ queued: 0, accepted: 117, failed: 0, unknown: 0, skipped: 3 })
  expect(await database.db.selectFrom('sendUnits').selectAll().execute()).toEqual([])
})

test('two notifiers never deliver to the same guest', async () => {
  const database = await cloneDatabase({ connectionsMax: 20 })
  const smtp = await peer({ latencyMs: 2 })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 400)
  const messages = await Promise.all([1, 2, 3].map(() => given.dueMessage(database.db, event.id)))

  await startNotifier(database, smtpTransport(smtp.url), { unitSize: 20 })
  await startNotifier(database, smtpTransport(smtp.url), { unitSize: 20 })
  await Promise.all(messages.map(({ id }) => finished(database, id, 30_000)))

  expect(smtp.count).toBe(1200)
  expect([...smtp.counts.values()].every((count) => count === 3)).toBe(true)
  expect(new Set(smtp.mails.map((mail) => mail.messageId)).size).toBe(1200)
})

test('one guest that is refused fails alone', async () => {
  const database = await cloneDatabase()
  const smtp = await peer()
  smtp.plan({ at: 'recipient', to: 'guest-3@example.com', reply: '550 5.1.1 no such user' })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 10)
  const { id } = await given.dueMessage(database.db, event.id)

  await startNotifier(database, smtpTransport(smtp.url))
  const message = await finished(database, id)

  expect(message.status).toBe('sent')
  expect(await states(database, id)).toEqual({ accepted: 9, failed: 1 })
  const failed = await database.db
    .selectFrom('messageDeliveries')
    .selectAll()
    .where('state', '=', 'failed')
    .executeTakeFirstOrThrow()
  expect(failed.address).toBe('guest-3@example.com')
  expect(failed.reply).toContain('5.1.1')
  expect(failed.failedAt).toBeInstanceOf(Date)
})

test('a message whose every try fails is failed', async () => {
  const database = await cloneDatabase()
  const smtp = await peer()
  smtp.plan({ at: 'recipient', reply: '550 5.1.1 no such user', times: 10 })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 3)
  const { id } = await given.dueMessage(database.db, event.id)

  await startNotifier(database, smtpTransport(smtp.url))

  expect((await finished(database, id)).status).toBe('failed')
})

test('a guest who unsubscribes between expansion and wire gets nothing, and the row says why', async () => {
  const database = await cloneDatabase()
  const smtp = await peer({ latencyMs: 100 })
  const event = await given.event(database.db)
  const guests = await given.manyGuests(database.db, event.id, 60, (n) => ({
    email: `guest-${String(n).padStart(3, '0')}@example.com`,
  }))
  const { id } = await given.dueMessage(database.db, event.id)

  await startNotifier(database, smtpTransport(smtp.url, 1))
  await eventually(async () => smtp.count > 0)
  const last = guests.at(-1)!
  await database.db.updateTable('guests').set({ unsubscribedAt: new Date() }).where('id', '=', last.id).execute()
  await finished(database, id)

  expect(smtp.countTo(last.email!)).toBe(0)
  const row = await database.db
    .selectFrom('messageDeliveries')
    .selectAll()
    .where('guestId', '=', last.id)
    .executeTakeFirstOrThrow()
  expect([row.state, row.reason]).toEqual(['skipped', 'unsubscribed'])
  expect(await sums(database, id)).toMatchObject({ queued: 0, accepted: 59, skipped: 1 })
})

test('when the carrier of a household leaves at the last moment, the next member gets the mail', async () => {
  const database = await cloneDatabase()
  const smtp = await peer({ latencyMs: 100 })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 20)
  const family = await given.manyGuests(database.db, event.id, 3, () => ({
    email: 'zz-family@example.com',
    household: 'Brandt',
  }))
  const { id } = await given.dueMessage(database.db, event.id)

  await startNotifier(database, smtpTransport(smtp.url, 1))
  await eventually(async () => smtp.count > 0)
  const carrier = family[0]!
  await database.db.updateTable('guests').set({ unsubscribedAt: new Date() }).where('id', '=', carrier.id).execute()
  await finished(database, id)

  expect(smtp.countTo('zz-family@example.com')).toBe(1)
  const rows = await database.db
    .selectFrom('messageDeliveries')
    .select(['state', 'reason'])
    .where('address', '=', 'zz-family@example.com')
    .orderBy('seq')
    .execute()
  expect(rows).toEqual([
    { state: 'skipped', reason: 'unsubscribed' },
    { state: 'accepted', reason: null },
    { state: 'skipped', reason: 'shared_address' },
  ])
  expect(await sums(database, id)).toMatchObject({ queued: 0, accepted: 21, skipped: 2 })
})

test('told to stop in the middle, a notifier leaves nothing unknown and the next one sends the rest', async () => {
  // Two seconds of sending, so that the stop comes in the middle however busy the machine is.
  const guests = 600
  const database = await cloneDatabase()
  const smtp = await peer({ latencyMs: 20 })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, guests)
  const { id } = await given.dueMessage(database.db, event.id)

  const first = await startNotifier(database, smtpTransport(smtp.url), { unitSize: 50 })
  await eventually(async () => smtp.count > 20)
  await first.stop()
  const wired = (await states(database, id)).wired ?? 0
  const sent = smtp.count
  await startNotifier(database, smtpTransport(smtp.url), { unitSize: 50 })
  await finished(database, id)

  expect(wired).toBe(0)
  expect(sent).toBeLessThan(guests)
  expect(smtp.count).toBe(guests)
  expect(smtp.doubled).toEqual([])
  expect(await states(database, id)).toEqual({ accepted: guests })
})

test('a greylisting receiver is asked again, and the guest shows as delayed meanwhile', async () => {
  const database = await cloneDatabase()
  const smtp = await peer()
  smtp.plan({ at: 'recipient', to: 'guest-2@example.com', reply: '451 4.7.1 greylisted, come back later' })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 3)
  const { id } = await given.dueMessage(database.db, event.id)

  await startNotifier(database, smtpTransport(smtp.url))
  const delayed = await eventually(async () => {
    const row = await database.db
      .selectFrom('messageDeliveries')
      .selectAll()
      .where('address', '=', 'guest-2@example.com')
      .executeTakeFirst()
    return row?.dueAt && row
  })
  expect([delayed.state, delayed.attempt]).toEqual(['queued', 1])
  await eventually(async () => smtp.count === 2)
  await database.db
    .updateTable('messageDeliveries')
    .set({ dueAt: new Date(0) })
    .where('state', '=', 'queued')
    .execute()
  await database.db
    .updateTable('sendUnits')
    .set({ runAt: new Date(0) })
    .execute()
  // It sleeps for as long as it was told before.
  await announceDue(database.db)

  expect((await finished(database, id)).status).toBe('sent')
  expect(smtp.countTo('guest-2@example.com')).toBe(1)
})
