import { expect, test } from 'vitest'
import { at, host as maren, shareAppWithHost } from '../../../test/hosted-app.ts'
import { finishedMessage } from '../../../test/outcomes.ts'
import { expectSums } from '../../../test/sums.ts'

shareAppWithHost()

/** A message of Maren's that is over, with these outcomes. */
async function messageWith(...outcomes: Parameters<typeof finishedMessage>[1]) {
  const given = await finishedMessage(at.db, outcomes, { hostId: maren.userId })
  return { ...given, path: `/events/${given.eventId}/messages/${given.message.id}` }
}

test('those who failed are tried again, and the message tells that it goes on', async () => {
  const { path, message } = await messageWith('accepted', 'failed', 'failed', 'unknown')

  const reply = await maren.post(`${path}/retry-failed`)

  expect(reply).toMatchObject({
    status: 200,
    body: { status: 'sent', reopened: true, counts: { total: 4, sent: 1, queued: 2, failed: 0, unknown: 1 } },
  })
  expect(reply.headers.etag).toBe(`"${reply.body.version}"`)
  await expectSums(at.db, message.id)
})

test('asked for again while they wait, it changes nothing', async () => {
  const { path } = await messageWith('accepted', 'failed')
  const first = await maren.post(`${path}/retry-failed`)

  const second = await maren.post(`${path}/retry-failed`)

  expect(second.status).toBe(200)
  expect(second.body.version).toBe(first.body.version)
})

test('a repeat under its Idempotency-Key gets the first answer, even after they have failed once more', async () => {
  const { path, message } = await messageWith('accepted', 'failed')
  const once = { headers: { 'idempotency-key': 'retry-once' } }
  await maren.post(`${path}/retry-failed`, {}, once)
  const failedAgain = { state: 'failed' as const, reason: 'Nobody there.', failedAt: new Date() }
  await at.db
    .updateTable('messageDeliveries')
    .set(failedAgain)
    .where('messageId', '=', message.id)
    .where('seq', '=', 2)
    .execute()

  const repeated = await maren.post(`${path}/retry-failed`, {}, once)

  expect(repeated.headers['idempotency-replayed']).toBe('true')
  const rows = at.db.selectFrom('messageDeliveries').select('generation').where('messageId', '=', message.id)
  expect(await rows.where('seq', '=', 2).executeTakeFirst()).toEqual({ generation: 2 })
})

test('a guest whose address was corrected is tried there, and nobody else is', async () => {
  const { path, eventId, guests, message } = await messageWith('accepted', 'failed', 'failed')
  await maren.patch(`/events/${eventId}/guests/${guests[1]!.id}`, { email: 'right@example.com' })

  await maren.post(`${path}/retry-failed`, { guests: [guests[1]!.id] })

  const { items } = (await maren.get(`${path}/deliveries`)).body
  expect(items.map((row: { status: string; address: string }) => [row.status, row.address])).toEqual([
    ['sent', 'guest-1@example.com'],
    ['queued', 'right@example.com'],
    ['failed', 'guest-3@example.com'],
  ])
  await expectSums(at.db, message.id)
})

test('a failed guest shows the address that a second try would go to', async () => {
  const { path, eventId, guests } = await messageWith('failed')
  await maren.patch(`/events/${eventId}/guests/${guests[0]!.id}`, { email: 'right@example.com' })

  const { items } = (await maren.get(`${path}/deliveries`)).body

  expect(items[0]).toMatchObject({ address: 'guest-1@example.com', guestEmail: 'right@example.com' })
})

test('those of whom nobody knows are left, or sent again', async () => {
  const { path, guests, message } = await messageWith('unknown', 'unknown', 'accepted')
  expect((await maren.get(path)).body).toMatchObject({ unresolved: 2, counts: { unknown: 2 } })

  const left = await maren.post(`${path}/resolve`, { deliveries: [guests[0]!.id], as: 'leave' })
  expect(left).toMatchObject({ status: 200, body: { unresolved: 1, reopened: false, counts: { unknown: 2 } } })

  const sent = await maren.post(`${path}/resolve`, { deliveries: [guests[1]!.id], as: 'resend' })
  expect(sent).toMatchObject({
    status: 200,
    body: { unresolved: 0, reopened: true, counts: { unknown: 1, queued: 1 } },
  })

  const { items } = (await maren.get(`${path}/deliveries`)).body
  expect(items[0]).toMatchObject({ status: 'unknown', leftAt: expect.any(String) })
  await expectSums(at.db, message.id)
})

test('when nobody is left to try, it says so', async () => {
  const { path } = await messageWith('accepted')

  expect(await maren.post(`${path}/retry-failed`)).toMatchObject({
    status: 409,
    body: { type: expect.stringContaining('nobody-to-retry') },
  })
  expect((await maren.post(`${path}/resolve`, { deliveries: 'all', as: 'resend' })).status).toBe(409)
  expect((await maren.post(`${path}/resolve`, { deliveries: 'all', as: 'leave' })).status).toBe(200)
})

test('a reminder is not tried again once its event has begun', async () => {
  const { path, message, eventId } = await messageWith('failed')
  await at.db
    .updateTable('scheduledMessages')
    .set({ kind: 'reminder', reminderKey: 'one_day' })
    .where('id', '=', message.id)
    .execute()
  await at.db.updateTable('events').set({ startsAt: '2020-06-01T16:00:00Z' }).where('id', '=', eventId).execute()

  expect(await maren.post(`${path}/retry-failed`)).toMatchObject({
    status: 409,
    body: { title: 'The event has begun' },
  })
})

test('nor is a reminder that was sent again', async () => {
  const first = await messageWith('accepted')
  const { path, message, eventId } = await messageWith('failed')
  await at.db
    .updateTable('scheduledMessages')
    .set({ kind: 'reminder', reminderKey: 'one_day' })
    .where('id', '=', first.message.id)
    .execute()
  const resend = { kind: 'resend' as const, resendOf: first.message.id }
  await at.db.updateTable('scheduledMessages').set(resend).where('id', '=', message.id).execute()
  await at.db.updateTable('events').set({ startsAt: '2020-06-01T16:00:00Z' }).where('id', '=', eventId).execute()

  expect(await maren.post(`${path}/retry-failed`)).toMatchObject({
    status: 409,
    body: { title: 'The event has begun' },
  })
})

test('what has not gone out cannot be tried again, and strange wishes are refused', async () => {
  const { path, eventId } = await messageWith('failed')
  const { body: draft } = await maren.post(`/events/${eventId}/messages`, {
    audience: 'everyone',
    subject: 'Hi',
    body: 'Hi',
    mode: 'draft',
  })

  expect((await maren.post(`/events/${eventId}/messages/${draft.id}/retry-failed`)).status).toBe(409)
  for (const wish of [
    {},
    { deliveries: [] },
    { deliveries: ['x'], as: 'leave' },
    { deliveries: 'all', as: 'forget' },
  ]) {
    expect((await maren.post(`${path}/resolve`, wish)).status).toBe(400)
  }
})

test('an older look at the message is told to look again', async () => {
  const { path } = await messageWith('failed')

  expect((await maren.post(`${path}/retry-failed`, {}, { headers: { 'if-match': '"7"' } })).status).toBe(412)
})
