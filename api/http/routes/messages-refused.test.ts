import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { at, host } from '../../../test/hosted-app.ts'
import { eventId, later, messages, now, shareMessageDesk, words } from '../../../test/message-desk.ts'
import * as given from '../../../test/given.ts'

shareMessageDesk()

const past = '2099-04-30T10:00:00Z'
const rule = { hoursBefore: 3 }

test.each<[string, number, string, string | undefined, object]>([
  ['a schedule without a time', 422, 'send-at-missing', '/sendAt', { mode: 'schedule' }],
  ['a time that has passed', 422, 'send-at-past', '/sendAt', { mode: 'schedule', sendAt: past }],
  ['two times', 422, 'send-at-twice', '/rule', { mode: 'schedule', sendAt: later, rule }],
  ['a time in the year 9999', 422, 'send-at-too-far', '/sendAt', { mode: 'draft', sendAt: '9999-12-31T10:00:00Z' }],
  ['a leap second', 422, 'field-invalid', '/sendAt', { mode: 'schedule', sendAt: '2099-06-30T23:59:60Z' }],
  ['an empty subject', 422, 'subject-empty', '/subject', { mode: 'send_now', subject: ' ' }],
  ['an empty body', 422, 'body-empty', '/body', { mode: 'schedule', sendAt: later, body: '\n' }],
  ['a subject of two lines', 422, 'field-invalid', '/subject', { subject: 'One\nTwo' }],
  ['a channel without a provider', 422, 'channel-not-configured', '/channel', { channel: 'sms' }],
  ['a placeholder in the subject', 422, 'unknown-placeholder', '/subject', { subject: 'Hi {{gest_name}}' }],
  ['a placeholder in the body', 422, 'unknown-placeholder', '/body', { body: 'Hi {{gest_name}}' }],
  ['an unknown audience', 400, 'audience-unknown', '/audience', { audience: 'friends' }],
  ['an audience of nothing', 400, 'audience-unknown', '/audience', { audience: '' }],
  ['an empty list of audiences', 400, 'bad-request', '/audience', { audience: [] }],
  ['an unknown channel', 400, 'bad-request', '/channel', { channel: 'pigeon' }],
  ['an unknown mode', 400, 'bad-request', '/mode', { mode: 'yesterday' }],
  ['a time that is none', 400, 'bad-request', '/sendAt', { sendAt: 'tomorrow' }],
  ['a rule beyond a year', 400, 'bad-request', '/rule', { rule: { daysBefore: 999, localTime: '09:00' } }],
  ['a field that does not exist', 400, 'bad-request', '/colour', { colour: 'red' }],
  ['a body beyond its limit', 400, 'bad-request', '/body', { body: 'x'.repeat(102_401) }],
])('%s is refused', async (_, status, type, field, values) => {
  const reply = await host.post(messages(), { ...words, mode: 'draft', ...values })

  expect(reply.body).toMatchObject({ status, type: `urn:tidings:problem:${type}` })
  expect(reply.body.errors.map((error: { field: string }) => error.field)).toContainEqual(
    expect.stringContaining(field!),
  )
  expect((await host.get(messages())).body.items).toEqual([])
})

test('an unknown placeholder is answered with the one that was probably meant', async () => {
  const reply = await host.post(messages(), { ...words, mode: 'draft', body: 'Hi {{gest_name}}' })

  expect(reply.body.detail).toContain('{{guest_name}}')
})

test.each([
  ['draft', 'event-draft'],
  ['cancelled', 'event-cancelled'],
] as const)('nothing is sent now from an event that is %s', async (status, type) => {
  const cancelledAt = status === 'cancelled' ? now : null
  await at.db.updateTable('events').set({ status, cancelledAt }).where('id', '=', eventId).execute()

  const reply = await host.post(messages(), { ...words, mode: 'send_now' })

  expect(reply.body).toMatchObject({ status: 409, type: `urn:tidings:problem:${type}` })
})

test('an event can have 500 messages waiting', async () => {
  await sql`insert into scheduled_messages (event_id, kind, audience, subject, body, status, send_at)
    select ${eventId}, 'broadcast', '{everyone}', 'S', 'B', 'scheduled', ${later}::timestamptz from generate_series(1, 499)`.execute(
    at.db,
  )

  const both = await Promise.all([1, 2].map(() => host.post(messages(), { ...words, mode: 'draft' })))

  expect(both.map((reply) => reply.status).sort()).not.toEqual([201, 201])
  expect(both.find((reply) => reply.status !== 201)?.body.type).toBe('urn:tidings:problem:message-limit-reached')
})

test('another event’s message is as unknown as none, and so is what is no id', async () => {
  const other = await given.event(at.db, { hostId: host.userId })
  const message = await given.message(at.db, other.id)

  const replies = await Promise.all([
    host.get(messages(`/${message.id}`)),
    host.patch(messages(`/${message.id}`), { subject: 'Mine' }),
    host.delete(messages(`/${message.id}`)),
    host.post(messages(`/${message.id}/send-now`)),
    host.get(messages(`/${message.id}/deliveries`)),
    host.post(messages(`/${message.id}/preview`)),
    host.post(messages(`/${message.id}/test-send`)),
    host.get(messages('/nothing')),
  ])

  expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => 404))
})
