import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { readFrequencyCap } from '../../api/domain/frequency-cap.ts'
import { fireMessages } from '../../api/storage/fire.ts'
import { announceDue } from '../../api/storage/messages.ts'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { mailed } from '../../test/mailed.ts'
import { finished, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startSmtpPeer, type SmtpPeer } from '../../test/peers/smtp-server.ts'
import { countPrepared } from '../../test/prepared.ts'
import { expectSums } from '../../test/sums.ts'

let database: TestDatabase
let smtp: SmtpPeer
let eventId: string
let guests: Awaited<ReturnType<typeof given.manyGuests>>

beforeEach(async () => {
  database = await cloneDatabase({ connectionsMax: 20 })
  smtp = await startSmtpPeer()
  onTestFinished(() => smtp.close())
  eventId = (await given.event(database.db)).id
  guests = await given.manyGuests(database.db, eventId, 30)
})

function start(cap: string, connections = 5) {
  const reading = readFrequencyCap(cap)
  if (!reading.ok) throw new Error(reading.problem)
  return startNotifier(database, smtpTransport(smtp.url, connections), { frequencyCap: reading.value })
}

const reminder = { kind: 'reminder', reminderKey: 'day_of' } as const

/** A message that is due now, from its firing to its end. */
async function send(values: Parameters<typeof given.dueMessage>[2] = {}) {
  const { id } = await given.dueMessage(database.db, eventId, values)
  await announceDue(database.db)
  return finished(database, id)
}

const skipped = async (messageId: string) =>
  (
    await database.db
      .selectFrom('messageDeliveries')
      .select(['address', 'reason'])
      .where('messageId', '=', messageId)
      .where('state', '=', 'skipped')
      .orderBy('seq')
      .execute()
  ).map(({ address, reason }) => `${address} ${reason}`)

test('the third broadcast of a day skips those who got the other two, and reaches everybody else', async () => {
  await start('2/24h')
  const some = ['attending'] as string[]
  const attending = { rsvpStatus: 'attending' as const }
  await database.db
    .updateTable('guests')
    .set(attending)
    .where(
      'id',
      'in',
      guests.slice(0, 3).map(({ id }) => id),
    )
    .execute()

  await send()
  await send({ audience: some })
  const third = await send()

  expect(third).toMatchObject({ status: 'sent', total: 30 })
  expect(await skipped(third.id)).toEqual(
    ['guest-1@', 'guest-2@', 'guest-3@'].map((name) => `${name}example.com frequency_capped`),
  )
  expect(await expectSums(database.db, third.id)).toEqual({ accepted: 27, skipped: 3 })
  expect(smtp.count).toBe(30 + 3 + 27)
  expect(Math.max(...smtp.counts.values())).toBe(2)
})

test('who has had enough never waits for a mail, in the first slice and in those after it', async () => {
  const marks = countPrepared(database, /^mark_/)
  const { id: large } = await given.event(database.db)
  await mailed(database.db, await given.manyGuests(database.db, large, 600))
  const { id } = await given.dueMessage(database.db, large)

  await start('1/24h')
  await finished(database, id)

  expect(await expectSums(database.db, id)).toEqual({ skipped: 600 })
  // Whoever is skipped when the message fires is never asked for again.
  expect(marks()).toBe(0)
})

test.each([
  ['one notifier', 1],
  ['two notifiers', 2],
])('two messages fired together by %s bring each guest one mail', async (_, notifiers) => {
  const due = await Promise.all([1, 2].map(() => given.dueMessage(database.db, eventId)))

  for (let n = 0; n < notifiers; n++) await start('1/24h')
  const sent = await Promise.all(due.map(({ id }) => finished(database, id, 30_000)))

  expect(sent.map(({ status }) => status)).toEqual(['sent', 'sent'])
  expect(smtp.counts.size).toBe(30)
  expect([...smtp.counts.values()].every((count) => count === 1)).toBe(true)
  const sums = await Promise.all(due.map(({ id }) => expectSums(database.db, id)))
  expect(sums.reduce((sum, { accepted = 0 }) => sum + accepted, 0)).toBe(30)
  expect(sums.reduce((sum, each) => sum + (each['skipped'] ?? 0), 0)).toBe(30)
})

test('of two messages that were expanded before either was sent, each guest gets one', async () => {
  const due = await Promise.all([1, 2].map(() => given.dueMessage(database.db, eventId)))
  const ids = due.map(({ id }) => id)
  const expansion = { unitSize: 10, shard: 1 }
  // Whoever fires them knows of no cap, as neither of two that fire at the same moment sees the other.
  const firer = {
    provider: 'smtp',
    from: { address: 'hello@tidings.test' },
    publicUrl: 'http://localhost:3000',
    expansion,
  }
  await fireMessages(database.db, firer, ids)

  await start('1/24h')
  await Promise.all(ids.map((id) => finished(database, id, 30_000)))

  expect([...smtp.counts.values()]).toEqual(Array.from({ length: 30 }, () => 1))
  const sums = await Promise.all(ids.map((id) => expectSums(database.db, id)))
  expect(sums.reduce((sum, each) => sum + (each['skipped'] ?? 0), 0)).toBe(30)
})

test('a reminder with a limit of its own goes where a broadcast would not', async () => {
  await start('1/24h reminder=5/24h')

  await send()
  const second = await send()
  const third = await send(reminder)

  expect(await expectSums(database.db, second.id)).toEqual({ skipped: 30 })
  expect(await expectSums(database.db, third.id)).toEqual({ accepted: 30 })
})

test('a notice reaches everybody, whatever went before', async () => {
  await start('1/24h')

  await send()
  const notice = await send({ kind: 'notice' })

  expect(await expectSums(database.db, notice.id)).toEqual({ accepted: 30 })
})

test('without a cap a host may send as often as they like', async () => {
  await startNotifier(database, smtpTransport(smtp.url))

  for (let n = 0; n < 3; n++) await send()

  expect(smtp.count).toBe(90)
})
