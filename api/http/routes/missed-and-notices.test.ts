import { expect, test } from 'vitest'
import { at, host as maren, shareAppWithHost } from '../../../test/hosted-app.ts'
import * as given from '../../../test/given.ts'

shareAppWithHost()

const eventOf = (values = {}) => given.event(at.db, { hostId: maren.userId, ...values })

async function missedMessage(values: Parameters<typeof given.dueMessage>[2] = {}, eventValues = {}) {
  const event = await eventOf(eventValues)
  const over = {
    status: 'failed',
    endReason: 'missed',
    finishedAt: new Date(),
    sendAt: new Date(Date.now() - 86_400_000),
  } as const
  const { id } = await given.dueMessage(at.db, event.id, { ...over, ...values })
  return `/events/${event.id}/messages/${id}`
}

test('a message that was missed can be sent anyway, and taken back within the undo window', async () => {
  const path = await missedMessage()
  expect((await maren.get(path)).body).toMatchObject({
    missed: true,
    endReason: expect.stringContaining('send it anyway'),
  })

  const sent = await maren.post(`${path}/send-now`)

  expect(sent).toMatchObject({
    status: 200,
    body: { status: 'scheduled', missed: false, endReason: null, finishedAt: null },
  })
  expect(Date.parse(sent.body.undoUntil)).toBeGreaterThan(Date.now())
  expect((await maren.patch(path, { mode: 'draft' })).body).toMatchObject({
    status: 'draft',
    subject: 'Hello {{guest_name}}',
  })
})

test('a missed message is not edited, and one that failed otherwise is not sent anyway', async () => {
  const missed = await missedMessage()
  expect((await maren.patch(missed, { subject: 'Later' })).status).toBe(409)

  const failed = await missedMessage({ endReason: 'all_failed' })
  expect((await maren.post(`${failed}/send-now`)).status).toBe(409)
})

test('a missed reminder is not sent any more once the event has begun', async () => {
  const path = await missedMessage(
    { kind: 'reminder', reminderKey: 'one_day' },
    { localStart: '2020-06-01T18:00', startsAt: '2020-06-01T16:00:00Z' },
  )

  expect(await maren.post(`${path}/send-now`)).toMatchObject({ status: 409, body: { title: 'The event has begun' } })
})

const notice = { kind: 'notice', audience: 'everyone', subject: 'It is off', body: 'We are sorry.', mode: 'send_now' }

test('guests hear that the event is cancelled by a notice, and by nothing else', async () => {
  const event = await eventOf()
  await given.guests(at.db, event.id, [
    { email: 'amina@example.com', unsubscribedAt: new Date() },
    { email: 'bao@example.com' },
  ])
  await maren.post(`/events/${event.id}/cancel`)

  const written = await maren.post(`/events/${event.id}/messages`, notice)
  const broadcast = await maren.post(`/events/${event.id}/messages`, { ...notice, kind: 'broadcast' })

  const preview = await maren.post(`/events/${event.id}/messages/preview`, { ...notice, mode: undefined })
  expect(preview.body.text).toContain('We are sorry.')
  expect(preview.body.text).not.toContain('Answer the invitation')
  // Whoever unsubscribed must know, too.
  expect(written).toMatchObject({ status: 201, body: { kind: 'notice', status: 'scheduled', recipients: 2 } })
  expect(broadcast).toMatchObject({ status: 409, body: { title: 'The event is cancelled' } })
})

test('a fourth notice within a day is refused in words, and one that was taken back does not count', async () => {
  const event = await eventOf()
  const path = `/events/${event.id}/messages`
  const [, , third] = [await maren.post(path, notice), await maren.post(path, notice), await maren.post(path, notice)]

  const fourth = await maren.post(path, notice)
  const draft = await maren.post(path, { ...notice, mode: 'draft' })
  const tomorrow = new Date(Date.now() + 25 * 3_600_000).toISOString()
  const later = await maren.post(path, { ...notice, mode: 'schedule', sendAt: tomorrow })
  const broadcast = await maren.post(path, { ...notice, kind: 'broadcast' })
  await maren.patch(`${path}/${third!.body.id}`, { mode: 'draft' })
  const instead = await maren.post(`${path}/${draft.body.id}/send-now`)

  expect(fourth).toMatchObject({
    status: 422,
    body: { title: 'This event has had its notices for the day', detail: expect.stringContaining('3 in 24 hours') },
  })
  expect([draft.status, later.status, broadcast.status, instead.status]).toEqual([201, 201, 201, 200])
})

test('only messages that a host writes can be asked for', async () => {
  const event = await eventOf()

  for (const kind of ['reminder', 'confirmation', 'test', 'resend']) {
    expect((await maren.post(`/events/${event.id}/messages`, { ...notice, kind })).status).toBe(400)
  }
  expect((await maren.post(`/events/${event.id}/messages`, { ...notice, kind: undefined })).body.kind).toBe('broadcast')
})

test('the kind of a message stays what it is', async () => {
  const event = await eventOf()
  const { body: draft } = await maren.post(`/events/${event.id}/messages`, { ...notice, mode: 'draft' })
  const path = `/events/${event.id}/messages/${draft.id}`

  expect((await maren.patch(path, { kind: 'broadcast' })).status).toBe(400)
  expect((await maren.patch(path, { subject: 'It has moved' })).body).toMatchObject({
    kind: 'notice',
    subject: 'It has moved',
  })
})
