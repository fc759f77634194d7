import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createTestApp, type Somebody, type TestApp } from '../../../test/app.ts'
import * as given from '../../../test/given.ts'
import { finishedMessage } from '../../../test/outcomes.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../../test/notifiers.ts'
import { startSmtpPeer } from '../../../test/peers/smtp-server.ts'
import { expectSums } from '../../../test/sums.ts'
import type { Feedback, FeedbackKind } from '../../domain/feedback.ts'
import { readSnapshots } from '../../realtime/snapshot.ts'
import { applyFeedback } from '../../storage/apply-feedback.ts'
import { storeFeedback } from '../../storage/inbox.ts'

let at: TestApp
let maren: Somebody

beforeAll(async () => {
  // An undo window would only be waited for.
  at = await createTestApp({ undoWindowMs: 0 })
  maren = await at.signUp('maren@example.com')
})
afterAll(() => at.close())

const hourMs = 3_600_000
const words = { subject: 'Parking', body: 'Behind the hall.', audience: 'everyone' }

/** A message of Maren's that went out so many hours ago; every one of its mails was taken. */
async function sentMessage(count: number, hoursAgo: number, opened: readonly number[] = []) {
  const outcomes = Array.from({ length: count }, () => 'accepted' as const)
  const { message, guests, eventId } = await finishedMessage(at.db, outcomes, { hostId: maren.userId })
  at.setNow(new Date())
  const firedAt = new Date(Date.now() - hoursAgo * hourMs)
  await at.db
    .updateTable('scheduledMessages')
    .set({ firedAt, finishedAt: firedAt, content: JSON.stringify({ subject: 'Parking', body: 'Behind the hall.' }) })
    .where('id', '=', message.id)
    .execute()
  await report(message.id, 'opened', opened)
  const path = `/events/${eventId}/messages/${message.id}`
  return { message, guests, eventId, path, resend: `${path}/resend` }
}

let reports = 0

/** What a provider reports of these mails, stored and applied. */
async function report(messageId: string, kind: FeedbackKind, seqs: readonly number[]) {
  const feedback = seqs.map((seq): Feedback => {
    const providerEventId = `event-${reports++}`
    return { provider: 'smtp', providerEventId, kind, happenedAt: new Date(), messageId, seq, generation: 1 }
  })
  await storeFeedback(at.db, feedback)
  expect(await applyFeedback(at.db, { shard: 1 })).toMatchObject({ taken: seqs.length, unprocessable: 0, waiting: 0 })
}

test('sent, read by some, sent again after a day to the others, and never a third time', async () => {
  const event = await given.event(at.db, { hostId: maren.userId })
  await given.manyGuests(at.db, event.id, 12)
  const smtp = await startSmtpPeer()
  onTestFinished(() => smtp.close())
  await startNotifier(at.database, smtpTransport(smtp.url))
  const messages = `/events/${event.id}/messages`
  const { body: first } = await maren.post(messages, { ...words, mode: 'send_now' })
  await finished(at.database, first.id)
  const firstRows = await rowsOf(first.id)
  const seqOf = (guest: string) => firstRows.find(({ address }) => address === `${guest}@example.com`)!.seq
  const readers = ['guest-1', 'guest-2', 'guest-3', 'guest-4', 'guest-5']
  await report(first.id, 'opened', readers.map(seqOf))

  at.setNow(new Date())
  const early = await maren.post(`${messages}/${first.id}/resend`)

  expect(early).toMatchObject({ status: 422, body: { type: expect.stringContaining('resend-too-early') } })
  expect(early.body).toMatchObject({ hoursRemaining: 24, availableAt: expect.stringMatching(/^\d{4}-.*Z$/) })
  expect(early.headers['content-type']).toContain('application/problem+json')

  const dayAgo = new Date(Date.now() - 24 * hourMs)
  at.setNow(new Date())
  await at.db.updateTable('scheduledMessages').set({ firedAt: dayAgo }).where('id', '=', first.id).execute()
  expect((await maren.get(`${messages}/${first.id}/resend`)).body).toMatchObject({
    ...{ allowed: true, reason: null, count: 7, opensKnown: true, resentAs: null },
  })
  smtp.mails.length = 0

  const again = await maren.post(`${messages}/${first.id}/resend`)

  expect(again).toMatchObject({
    status: 201,
    headers: { location: `/api/v1${messages}/${again.body.id}`, etag: '"1"' },
    body: { kind: 'resend', resendOf: first.id, label: 'Again: Parking', subject: 'Parking', recipients: 7 },
  })
  await finished(at.database, again.body.id)
  const mailed = (await rowsOf(again.body.id)).map(({ address }) => address!.replace('@example.com', ''))
  expect(mailed.sort()).toEqual(['guest-10', 'guest-11', 'guest-12', 'guest-6', 'guest-7', 'guest-8', 'guest-9'])
  expect(smtp.mails).toHaveLength(7)
  expect(smtp.mails.every(({ raw }) => raw.includes('Subject: Parking'))).toBe(true)

  await report(again.body.id, 'opened', [1, 2, 3])

  const snapshot = (await readSnapshots(at.db, [again.body.id])).get(again.body.id)!
  expect(snapshot.uplift).toMatchObject({ additionalOpens: 3, originalOpens: 5, percentage: 60 })
  expect(snapshot.uplift!.message).toBe('3 more guests opened after resend (+60.0 %)')
  const second = await maren.post(`${messages}/${first.id}/resend`)
  expect(second).toMatchObject({
    status: 409,
    body: { type: expect.stringContaining('already-resent'), resentAs: again.body.id },
  })
  expect((await maren.post(`${messages}/${again.body.id}/resend`)).body.type).toContain('resend-of-resend')
  await expectSums(at.db, first.id)
  await expectSums(at.db, again.body.id)
})

function rowsOf(messageId: string) {
  return at.db
    .selectFrom('messageDeliveries')
    .select(['seq', 'address'])
    .where('messageId', '=', messageId)
    .where('state', '=', 'accepted')
    .execute()
}

test('the host reads on the message whether it can be sent again, and why not', async () => {
  const young = await sentMessage(3, 20)
  const read = await sentMessage(2, 30, [1, 2])
  const ready = await sentMessage(3, 30, [1])

  expect((await maren.get(young.path)).body.resend).toMatchObject({
    allowed: false,
    reason: expect.stringContaining('in 4 hours'),
    resentAs: null,
  })
  expect((await maren.get(read.path)).body.resend).toMatchObject({
    allowed: false,
    reason: expect.stringContaining('has opened it'),
  })
  expect((await maren.get(ready.path)).body).toMatchObject({
    resendOf: null,
    resend: { allowed: true, reason: null, availableAt: expect.stringContaining('Z') },
  })
  const { body: draft } = await maren.post(`/events/${ready.eventId}/messages`, { ...words, mode: 'draft' })
  expect((await maren.get(`/events/${ready.eventId}/messages/${draft.id}`)).body.resend).toBeNull()
})

test('a click is a sign of reading, and without any sign everybody is written to and the host is told', async () => {
  const silent = await sentMessage(3, 30)
  const clicked = await sentMessage(3, 30)
  await report(clicked.message.id, 'clicked', [2])

  expect((await maren.get(silent.resend)).body).toMatchObject({ allowed: true, count: 3, opensKnown: false })
  expect((await maren.get(clicked.resend)).body).toMatchObject({ allowed: true, count: 2, opensKnown: true })
})

test('the one audience query also lists those who would get it', async () => {
  const { eventId, message } = await sentMessage(4, 30, [2])
  const query = `audience=everyone&resendOf=${message.id}`

  expect((await maren.get(`/events/${eventId}/messages/recipient-count?${query}`)).body.count).toBe(3)
  const { items } = (await maren.get(`/events/${eventId}/messages/recipients?${query}`)).body
  expect(items.map(({ name }: { name: string }) => name)).toEqual(['Guest 1', 'Guest 3', 'Guest 4'])
})

test('a message of another event finds nobody, and is not found', async () => {
  const mine = await sentMessage(2, 30)
  const other = await sentMessage(2, 30)

  const count = `/events/${mine.eventId}/messages/recipient-count?audience=everyone&resendOf=${other.message.id}`
  expect((await maren.get(count)).body.count).toBe(0)
  const strange = `/events/${mine.eventId}/messages/${other.message.id}/resend`
  expect([(await maren.get(strange)).status, (await maren.post(strange)).status]).toEqual([404, 404])
})

test('a repeat under its Idempotency-Key gets the first answer and makes no second message', async () => {
  const { resend, eventId } = await sentMessage(2, 30)
  const once = { headers: { 'idempotency-key': `again-${eventId}` } }

  const [first, repeated] = [await maren.post(resend, {}, once), await maren.post(resend, {}, once)]

  expect([first.status, repeated.status]).toEqual([201, 201])
  expect(repeated.body.id).toBe(first.body.id)
  expect(await resendsIn(eventId)).toHaveLength(1)
})

test('two who click at once make one message', async () => {
  const { resend, eventId } = await sentMessage(2, 30)

  const replies = await Promise.all([maren.post(resend), maren.post(resend), maren.post(resend)])

  expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  expect(await resendsIn(eventId)).toHaveLength(1)
})

test('a resend that was cancelled before it went does not count', async () => {
  const { resend, eventId } = await sentMessage(2, 30)
  const { body: first } = await maren.post(resend)
  const path = `/events/${eventId}/messages/${first.id}`

  const undone = await maren.patch(path, { mode: 'draft' })
  expect(undone.body).toMatchObject({ status: 'draft', kind: 'resend', recipients: 2 })
  expect((await maren.post(resend)).status).toBe(409)
  expect((await maren.delete(path)).status).toBe(204)

  expect((await maren.post(resend)).status).toBe(201)
})

test('it may have another subject and nothing else', async () => {
  const { resend } = await sentMessage(2, 30)

  expect((await maren.post(resend, { body: 'Something new' })).status).toBe(400)
  expect((await maren.post(resend, { subject: ' ' })).body.type).toContain('subject-empty')
  expect((await maren.post(resend, { subject: 'Hi {{gest_name}}' })).body.type).toContain('unknown-placeholder')
  expect((await maren.post(resend, { subject: 'In case you missed it' })).body).toMatchObject({
    subject: 'In case you missed it',
    body: 'Behind the hall.',
  })
})

test('it says what went out, not what the row was given afterwards', async () => {
  const { resend, message } = await sentMessage(2, 30)
  const later = { subject: 'Edited', body: 'Edited' }
  await at.db.updateTable('scheduledMessages').set(later).where('id', '=', message.id).execute()

  expect((await maren.post(resend)).body).toMatchObject({ subject: 'Parking', body: 'Behind the hall.' })
})

test('it waits for the undo window, a long one where many would get it', async () => {
  const database = at.database
  const slow = await createTestApp({ database })
  onTestFinished(() => slow.app.close())
  const { resend } = await sentMessage(2, 30)
  const many = await sentMessage(101, 30)
  const now = new Date()
  slow.setNow(now)
  const asMaren = (url: string) =>
    slow.stranger.send('POST', `/api/v1${url}`, { headers: { cookie: maren.cookie }, payload: {} })

  const replies = [await asMaren(resend), await asMaren(many.resend)]

  const waitMs = replies.map(({ body }) => new Date(body.undoUntil).getTime() - now.getTime())
  expect(waitMs).toEqual([10_000, 60_000])
})

test('the weekly limit counts those who would get it', async () => {
  const database = at.database
  const frugal = await createTestApp({ database, hostWeeklyLimit: 5 })
  onTestFinished(() => frugal.app.close())
  const bea = await frugal.signUp(`bea-${Date.now()}@example.com`)
  const outcomes = ['accepted', 'accepted', 'accepted'] as const
  const { message, eventId } = await finishedMessage(at.db, outcomes, { hostId: bea.userId })
  const content = JSON.stringify({ subject: 'Parking', body: 'Behind the hall.' })
  const firedAt = new Date(Date.now() - 30 * hourMs)
  await at.db.updateTable('scheduledMessages').set({ firedAt, content }).where('id', '=', message.id).execute()

  const resend = `/events/${eventId}/messages/${message.id}/resend`
  expect((await bea.post(resend)).body.type).toContain('weekly-limit-reached')
  await report(message.id, 'opened', [1])
  expect((await bea.post(resend)).status).toBe(201)
})

test('a stale look is told to look again, and an event that is called off says no more', async () => {
  const { resend, eventId } = await sentMessage(2, 30)

  expect((await maren.post(resend, {}, { headers: { 'if-match': '"99"' } })).status).toBe(412)
  const cancelled = { status: 'cancelled', cancelledAt: new Date() } as const
  await at.db.updateTable('events').set(cancelled).where('id', '=', eventId).execute()
  expect((await maren.post(resend)).body.type).toContain('event-cancelled')
})

async function resendsIn(eventId: string) {
  const all = at.db.selectFrom('scheduledMessages').select('id').where('eventId', '=', eventId)
  return eventually(() => all.where('kind', '=', 'resend').execute())
}
