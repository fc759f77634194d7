import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished, startNotifier } from '../../test/notifiers.ts'
import { startResendPeer, type ResendPeerOptions } from '../../test/peers/resend-server.ts'
import { resend } from '../../api/providers/resend.ts'

async function resendPeer(options?: ResendPeerOptions) {
  const peer = await startResendPeer(options)
  onTestFinished(() => peer.close())
  const config = resend.configure({ RESEND_API_KEY: 're_test', RESEND_BASE_URL: peer.url })!
  return { peer, transport: () => resend.open({ ...config, timeoutMs: 3000 }, () => {}) }
}

test('a provider that takes batches gets a hundred mails in a call', async () => {
  const database = await cloneDatabase()
  const { peer, transport } = await resendPeer()
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 250)
  const { id } = await given.dueMessage(database.db, event.id)

  await startNotifier(database, transport())
  await finished(database, id)

  expect(peer.count).toBe(250)
  expect(peer.doubled).toEqual([])
  expect(peer.requests.filter((request) => request.path === '/emails/batch')).toHaveLength(3)
  expect(peer.mailsTo('guest-9@example.com')[0]!.tags).toEqual([
    { name: 'delivery', value: expect.stringMatching(new RegExp(`^${id}_\\d+_1$`)) },
  ])
  const open = await database.db.selectFrom('sendBatches').selectAll().where('closedAt', 'is', null).execute()
  expect(open).toEqual([])
})

test('a batch whose answer is lost is replayed whole under its key, and nobody gets two', async () => {
  const database = await cloneDatabase()
  const { peer, transport } = await resendPeer()
  peer.plan({ doing: 'reset', accept: true })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 30)
  const { id } = await given.dueMessage(database.db, event.id)

  await startNotifier(database, transport())
  const message = await finished(database, id)

  expect(message.status).toBe('sent')
  expect(peer.requests.length).toBeGreaterThan(1)
  const keys = peer.requests.map((request) => request.headers['idempotency-key'])
  expect(new Set(keys).size).toBe(1)
  expect(new Set(peer.requests.map((request) => request.body)).size).toBe(1)
  expect(peer.count).toBe(30)
  expect(peer.doubled).toEqual([])
})

test('a mail that went alone is a batch of one: its lost answer is asked for again, and no larger call swallows it', async () => {
  const database = await cloneDatabase()
  const { peer, transport } = await resendPeer()
  peer.plan({ doing: 'reset', accept: true })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 1)
  const { id } = await given.dueMessage(database.db, event.id)

  await startNotifier(database, transport())
  await finished(database, id)

  expect(new Set(peer.requests.map((request) => request.headers['idempotency-key'])).size).toBe(1)
  expect(peer.count).toBe(1)
  expect(peer.doubled).toEqual([])
  const row = await database.db.selectFrom('messageDeliveries').select(['state', 'attempt']).executeTakeFirstOrThrow()
  expect(row).toEqual({ state: 'accepted', attempt: 1 })
})

test('a batch that was refused for its pace goes again later and burns no attempt', async () => {
  const database = await cloneDatabase()
  const { peer, transport } = await resendPeer()
  const refusal = JSON.stringify({ name: 'rate_limit_exceeded', statusCode: 429, message: 'Too many requests.' })
  peer.plan({ doing: 'answer', status: 429, text: refusal, headers: { 'retry-after': '1' } })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 5)
  const { id } = await given.dueMessage(database.db, event.id)

  await startNotifier(database, transport())
  await finished(database, id)

  expect(peer.count).toBe(5)
  const attempts = await database.db.selectFrom('messageDeliveries').select('attempt').execute()
  expect(attempts.map((row) => row.attempt)).toEqual([1, 1, 1, 1, 1])
})

test('one bad mail in a batch fails alone; the others are sent one by one', async () => {
  const database = await cloneDatabase()
  const { peer, transport } = await resendPeer()
  const refusal = JSON.stringify({ name: 'validation_error', statusCode: 422, message: 'Invalid `to` field.' })
  const bad = 'guest-3@example.com'
  peer.plan({ doing: 'answer', status: 422, text: refusal, body: bad, times: 2 })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 6)
  const { id } = await given.dueMessage(database.db, event.id)

  await startNotifier(database, transport())
  await finished(database, id)

  expect(peer.count).toBe(5)
  expect(peer.doubled).toEqual([])
  const rows = await database.db.selectFrom('messageDeliveries').select(['address', 'state']).execute()
  expect(rows.filter((row) => row.state === 'failed').map((row) => row.address)).toEqual([bad])
})

test('a killed notifier’s open batch is replayed by the next one as the same call', async () => {
  const database = await cloneDatabase()
  const { peer, transport } = await resendPeer()
  peer.plan({ doing: 'hang', accept: true })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 20)
  const { id } = await given.dueMessage(database.db, event.id)

  await startNotifier(database, transport(), { leaseMs: 1_000_000 })
  await eventually(async () => peer.count === 20)
  // As a kill leaves it: rows wired, the batch open, the lease running out.
  await database.db
    .updateTable('sendUnits')
    .set({ leaseUntil: new Date(Date.now() - 1000) })
    .execute()
  await startNotifier(database, transport())
  await finished(database, id)

  expect(peer.count).toBe(20)
  expect(new Set(peer.requests.map((request) => request.headers['idempotency-key'])).size).toBe(1)
  const states = await database.db.selectFrom('messageDeliveries').select('state').distinct().execute()
  expect(states).toEqual([{ state: 'accepted' }])
})
