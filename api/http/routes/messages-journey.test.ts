import { expect, test } from 'vitest'
import { appForTest } from '../../../test/app.ts'
import * as given from '../../../test/given.ts'

const dinner = { name: 'The Long Table', localStart: '2099-06-01T18:00', timezone: 'America/New_York' }
const words = { audience: 'everyone', subject: 'Parking', body: 'Behind the hall.' }

test('a new event comes with four scheduled reminders, named as people name them', async () => {
  const at = await appForTest()
  const host = await at.signUp('host@example.org')

  const { id } = (await host.post('/events', dinner)).body
  const { items } = (await host.get(`/events/${id}/messages?tab=scheduled`)).body

  const seen = items.map((item: Record<string, unknown>) => [item.label, item.status, item.sendAt])
  expect(seen).toEqual([
    ['7-day reminder', 'scheduled', '2099-05-25T13:00:00.000Z'],
    ['3-day last call', 'scheduled', '2099-05-29T13:00:00.000Z'],
    ['1-day reminder', 'scheduled', '2099-05-31T13:00:00.000Z'],
    ['Day-of reminder', 'scheduled', '2099-06-01T13:00:00.000Z'],
  ])
  expect(JSON.stringify(items)).not.toMatch(/seven_day|last_call|one_day|day_of/)
})

test('a reminder is edited, sent now and cancelled like any other message', async () => {
  const at = await appForTest()
  const host = await at.signUp('host@example.org')
  const path = `/events/${(await host.post('/events', dinner)).body.id}/messages`
  const [reminder] = (await host.get(`${path}?tab=scheduled`)).body.items

  const edited = await host.patch(`${path}/${reminder.id}`, { subject: 'One week to go' })
  const sent = await host.post(`${path}/${reminder.id}/send-now`)
  const cancelled = await host.delete(`${path}/${reminder.id}`)

  expect(edited.body).toMatchObject({ subject: 'One week to go', sendAt: reminder.sendAt, rule: reminder.rule })
  expect(sent.body).toMatchObject({ label: '7-day reminder', undoUntil: expect.any(String) })
  expect(cancelled.status).toBe(204)
  expect((await host.get(`${path}?tab=scheduled`)).body.items).toHaveLength(3)
})

test('a host who has used up the week cannot send, but can still write', async () => {
  const at = await appForTest({ hostWeeklyLimit: 10 })
  const host = await at.signUp('host@example.org')
  const event = await given.event(at.db, { hostId: host.userId })
  await given.guests(at.db, event.id, [{ email: 'a@example.org' }, { email: 'b@example.org' }])
  const fired = { status: 'sent' as const, firedAt: new Date(), content: '{}' }
  const { id: messageId } = await given.message(at.db, event.id, fired)
  await at.db.insertInto('messageCounters').values({ messageId, shard: 1, accepted: 9 }).execute()

  const sent = await host.post(`/events/${event.id}/messages`, { ...words, mode: 'send_now' })
  const draft = await host.post(`/events/${event.id}/messages`, { ...words, mode: 'draft' })

  expect(sent.body.type).toBe('urn:tidings:problem:weekly-limit-reached')
  expect(sent.body.detail).toContain('9 of 10')
  expect(draft.status).toBe(201)
})

test('what is inside its undo window is of the week too, in all events of the host, until it is taken back', async () => {
  const at = await appForTest({ hostWeeklyLimit: 3 })
  const host = await at.signUp('host@example.org')
  const [one, two] = [
    await given.event(at.db, { hostId: host.userId }),
    await given.event(at.db, { hostId: host.userId }),
  ]
  for (const { id } of [one, two])
    await given.guests(at.db, id, [{ email: 'a@example.org' }, { email: 'b@example.org' }])
  const send = (event: { id: string }) => host.post(`/events/${event.id}/messages`, { ...words, mode: 'send_now' })

  const replies = await Promise.all([send(one), send(two)])

  const [sent, refused] = replies.toSorted((a, b) => a.status - b.status)
  expect([sent!.status, refused!.status]).toEqual([201, 422])
  expect(refused!.body).toMatchObject({ type: 'urn:tidings:problem:weekly-limit-reached' })
  expect(refused!.body.detail).toContain('2 of 3')
  const path = `/events/${sent!.body.eventId}/messages/${sent!.body.id}`
  expect((await host.post(`${path}/send-now`)).status).toBe(200)
  await host.patch(path, { mode: 'draft' })
  expect((await send(two)).status).toBe(201)
})

test('braces that are not closed are told apart from unknown words', async () => {
  const at = await appForTest()
  const host = await at.signUp('host@example.org')
  const event = await given.event(at.db, { hostId: host.userId })
  const unclosed = { ...words, body: 'Hi {{guest_name', mode: 'draft' }

  const { body } = await host.post(`/events/${event.id}/messages`, unclosed)

  expect(body).toMatchObject({ status: 422, errors: [{ field: '/body' }] })
  expect(body.detail).toContain('not closed')
})
