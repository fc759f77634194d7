import { expect, test } from 'vitest'
import { appForTest } from '../../../test/app.ts'
import * as given from '../../../test/given.ts'
import { sendingMessage } from '../../../test/sending.ts'
import { holdSending, releaseSending } from '../../storage/hold.ts'
import { registerNotifier } from '../../storage/notifiers.ts'

const provider = 'ses'
const identity = { host: 'box', pid: 1, version: '1', provider, providerAccount: 'a' }

async function eventOfHost(at: Awaited<ReturnType<typeof appForTest>>) {
  const host = await at.signUp('host@example.com')
  const when = { localStart: '2099-06-01T18:00', timezone: 'Europe/Berlin' }
  const { body } = await host.post('/events', { name: 'Dinner', ...when })
  return { host, id: body.id as string }
}

test('a hold is shown to hosts and to whoever watches the service, with its reason for hosts alone', async () => {
  const at = await appForTest()
  const { host, id } = await eventOfHost(at)
  const { since } = await holdSending(at.db, { reason: 'We move to another server.', heldBy: 'root@box' })

  const seen = await host.get(`/events/${id}/sending`)
  const ready = await at.stranger.send('GET', '/readyz')
  await releaseSending(at.db)
  const after = await host.get(`/events/${id}/sending`)

  const heldAt = since.toISOString()
  expect(seen.body).toMatchObject({ hold: { heldAt, reason: 'We move to another server.' }, stranded: [] })
  expect(ready).toMatchObject({ status: 200, body: { ready: true, hold: { heldAt } } })
  expect(ready.text).not.toMatch(/another server|root@box/)
  expect(after.body.hold).toBeNull()
})

test('messages whose provider no live notifier has are counted, for their own event', async () => {
  const at = await appForTest()
  const { host, id } = await eventOfHost(at)
  const other = await host.post('/events', { name: 'Lunch', localStart: '2099-06-01T12:00', timezone: 'Europe/Berlin' })
  const { message } = await sendingMessage(at.db, id, 2)
  await at.db.updateTable('scheduledMessages').set({ provider }).where('id', '=', message.id).execute()

  const stranded = await host.get(`/events/${id}/sending`)
  const elsewhere = await host.get(`/events/${other.body.id}/sending`)
  const ready = await at.stranger.send('GET', '/readyz')
  await registerNotifier(at.db, identity)

  expect(stranded.body.stranded).toEqual([{ provider: 'Amazon SES', messages: 1 }])
  expect(elsewhere.body.stranded).toEqual([])
  expect(ready.body.stranded).toEqual([{ provider: 'ses', messages: 1 }])
  expect((await host.get(`/events/${id}/sending`)).body.stranded).toEqual([])
})

test('what is due and waits for a notifier is counted, and whether one is alive', async () => {
  const at = await appForTest()
  const { host, id } = await eventOfHost(at)
  const look = async () => (await host.get(`/events/${id}/sending`)).body

  const quiet = await look()
  const due = await given.dueMessage(at.db, id)
  await given.message(at.db, id)
  await given.dueMessage(at.db, id, { sendAt: new Date(Date.now() + 60_000) })
  const waiting = await look()
  const { message } = await sendingMessage(at.db, id, 2)
  await at.db
    .updateTable('sendUnits')
    .set({ runAt: new Date(Date.now() - 60_000) })
    .execute()
  const left = await look()
  await at.db
    .updateTable('sendUnits')
    .set({ leaseUntil: new Date(Date.now() + 60_000) })
    .execute()
  const inHand = await look()
  await at.db
    .updateTable('scheduledMessages')
    .set({ pausedAt: new Date(), pauseReason: 'host' })
    .where('id', '=', message.id)
    .execute()
  await at.db
    .updateTable('sendUnits')
    .set({ leaseUntil: new Date(0) })
    .execute()
  const paused = await look()
  await registerNotifier(at.db, identity)

  expect(quiet).toMatchObject({ notifierAlive: false, overdue: { count: 0, oldestDueAt: null } })
  expect(waiting).toMatchObject({ overdue: { count: 1, oldestDueAt: due.sendAt!.toISOString() } })
  expect(left.overdue.count).toBe(2)
  expect(Date.parse(left.overdue.oldestDueAt)).toBeLessThan(due.sendAt!.getTime())
  expect([inHand.overdue.count, paused.overdue.count]).toEqual([1, 1])
  expect((await look()).notifierAlive).toBe(true)
})
