import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLinkSigner } from '../content/tokens.ts'
import { createTestApp, testConfig, type TestApp } from '../../test/app.ts'
import * as given from '../../test/given.ts'

let at: TestApp
let event: { id: string }
beforeAll(async () => {
  at = await createTestApp()
  at.setNow(new Date('2027-01-01T12:00:00Z'))
})
afterAll(() => at.close())
beforeEach(async () => void (event = await given.event(at.db, { capacity: null })))

const links = createLinkSigner({ secretKey: testConfig.secretKey })

async function invite(values: object = {}) {
  const [guest] = await given.guests(at.db, event.id, [{ name: 'Ada Lovelace', email: 'ada@example.com', ...values }])
  const token = links.sign('rsvp', guest!.id, 1)
  return { guest: guest!, token }
}

function rowOf(id: string) {
  return at.db.selectFrom('guests').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

function confirmations(guestId: string) {
  return at.db
    .selectFrom('scheduledMessages')
    .select(['status', 'audience', 'endReason', 'subject'])
    .where('guestId', '=', guestId)
    .orderBy('id')
    .execute()
}

test('a guest sees the event and their own answer, and nobody else', async () => {
  await given.guests(at.db, event.id, [{ name: 'Secret Other' }])
  const { token } = await invite()

  const { body, text, headers } = await at.stranger.get(`/rsvp/${token}`)

  expect(body).toMatchObject({ status: 'pending', guestName: 'Ada Lovelace', open: true })
  expect(body.event).toMatchObject({
    name: 'Summer dinner',
    venue: 'The Old Mill',
    date: expect.stringMatching(/2099/),
  })
  expect(text).not.toMatch(/Secret|example\.com/)
  expect(headers['cache-control']).toBe('no-store')
})

test('an answer is written down and confirmed by mail', async () => {
  const { guest, token } = await invite()

  const reply = await at.stranger.post(`/rsvp/${token}`, { status: 'attending', partySize: 2, note: ' No nuts ' })

  expect(reply.status).toBe(200)
  expect(reply.body).toMatchObject({ status: 'attending', partySize: 2, note: 'No nuts' })
  expect(await rowOf(guest.id)).toMatchObject({ rsvpStatus: 'attending', respondedAt: expect.any(Date), version: 2 })
  expect(await confirmations(guest.id)).toMatchObject([{ status: 'scheduled', audience: ['everyone'] }])
})

test('the latest answer wins, and only it is confirmed', async () => {
  const { guest, token } = await invite()

  await at.stranger.post(`/rsvp/${token}`, { status: 'attending' })
  await at.stranger.post(`/rsvp/${token}`, { status: 'attending' })
  await at.stranger.post(`/rsvp/${token}`, { status: 'declined' })

  expect(await rowOf(guest.id)).toMatchObject({ rsvpStatus: 'declined' })
  expect((await confirmations(guest.id)).map(({ status }) => status)).toEqual(['cancelled', 'scheduled'])
})

test('of twenty guests who want the last ten seats at once, ten get one', async () => {
  await at.db.updateTable('events').set({ capacity: 10 }).where('id', '=', event.id).execute()
  const guests = await given.manyGuests(at.db, event.id, 20)

  const replies = await Promise.all(
    guests.map(({ id }) => at.stranger.post(`/rsvp/${links.sign('rsvp', id, 1)}`, { status: 'attending' })),
  )

  expect(replies.filter(({ status }) => status === 200)).toHaveLength(10)
  expect(replies.find(({ status }) => status !== 200)?.body).toMatchObject({
    status: 409,
    type: 'urn:tidings:problem:rsvp-full',
    errors: [{ field: '/partySize' }],
  })
})

test('after the deadline and for a cancelled event answers are closed', async () => {
  const { token } = await invite()
  const set = (values: object) => at.db.updateTable('events').set(values).where('id', '=', event.id).execute()

  await set({ rsvpUntil: new Date('2026-12-31') })
  const late = await at.stranger.post(`/rsvp/${token}`, { status: 'maybe' })
  await set({ rsvpUntil: null, status: 'cancelled', cancelledAt: new Date() })
  const cancelled = await at.stranger.post(`/rsvp/${token}`, { status: 'maybe' })

  expect([late.body.type, cancelled.body.type]).toEqual(Array(2).fill('urn:tidings:problem:rsvp-closed'))
  expect((await at.stranger.get(`/rsvp/${token}`)).body.open).toBe(false)
})

test('every link that does not work answers the same, whatever is wrong with it', async () => {
  const { guest, token } = await invite()
  const swapped = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')
  const removed = await invite({ name: 'Gone', email: null })
  await at.db.deleteFrom('guests').where('id', '=', removed.guest.id).execute()
  const wrong = [
    'nonsense',
    swapped,
    token.slice(0, 20),
    links.sign('preferences', guest.id, 1),
    links.sign('unsubscribe', guest.id, 1),
    links.sign('rsvp', guest.id, 2),
    createLinkSigner({ secretKey: 'another secret of at least thirty-two characters' }).sign('rsvp', guest.id, 1),
    removed.token,
  ]

  const replies = await Promise.all(wrong.map((each) => at.stranger.get(`/rsvp/${each}`)))
  const posts = await Promise.all(wrong.map((each) => at.stranger.post(`/rsvp/${each}`, { status: 'attending' })))

  const texts = new Set([...replies, ...posts].map(({ status, text }) => `${status} ${text}`))
  expect(texts.size).toBe(1)
  expect([...texts][0]).toMatch(/^404 /)
})

test.each([
  ['pending is no answer', { status: 'pending' }],
  ['a party of none', { status: 'attending', partySize: 0 }],
  ['a party of 51', { status: 'attending', partySize: 51 }],
  ['another guest’s row', { status: 'attending', guestId: 'x' }],
  ['a note without end', { status: 'attending', note: 'x'.repeat(2_001) }],
])('%s: nothing is written', async (_, body) => {
  const { guest, token } = await invite()

  expect((await at.stranger.post(`/rsvp/${token}`, body)).status).toBe(400)
  expect(await rowOf(guest.id)).toMatchObject({ rsvpStatus: 'pending', version: 1 })
})
