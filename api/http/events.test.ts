import { afterAll, beforeAll, expect, test } from 'vitest'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { createTestApp, type Somebody, type TestApp } from '../../test/app.ts'

let at: TestApp
let amina: Somebody
beforeAll(async () => {
  at = await createTestApp()
  at.setNow(new Date('2027-01-01T12:00:00Z'))
  amina = await at.signUp('amina@example.com')
})
afterAll(() => at.close())

const dinner = { name: 'Dinner', localStart: '2027-03-14T18:00', timezone: 'America/New_York', venue: 'The Old Mill' }

function messagesOf(eventId: string) {
  return at.db.selectFrom('scheduledMessages').selectAll().where('eventId', '=', eventId).orderBy('sendAt').execute()
}

test('a new event has its host as owner and four reminders, in one go', async () => {
  const reply = await amina.post('/events', dinner)

  expect(reply.status).toBe(201)
  expect(reply.headers).toMatchObject({ etag: '"1"', location: `/api/v1/events/${reply.body.id}` })
  expect(reply.body).toMatchObject({
    ...dinner,
    startsAt: '2027-03-14T22:00:00.000Z',
    status: 'published',
    role: 'owner',
    hostName: 'amina',
    stats: { invited: 0, headcount: 0 },
  })
  const reminders = await messagesOf(reply.body.id)
  expect(reminders.map(({ sendAt }) => sendAt?.toISOString())).toEqual([
    '2027-03-07T14:00:00.000Z',
    '2027-03-11T14:00:00.000Z',
    '2027-03-13T14:00:00.000Z',
    '2027-03-14T13:00:00.000Z',
  ])
  expect(reminders.every(({ kind, status }) => kind === 'reminder' && status === 'scheduled')).toBe(true)
})

test('a date in a far year is refused by its field; an event that has one already can be renamed, and moved nearer', async () => {
  const far = await amina.post('/events', { ...dinner, localStart: '2127-03-14T18:00' })
  const { id } = await given.event(at.db, { hostId: amina.userId, startsAt: new Date('2150-06-01T18:00Z') })

  expect(far.body).toMatchObject({ status: 422, type: 'urn:tidings:problem:event-too-far' })
  expect(far.body.errors).toMatchObject([{ field: '/localStart' }])
  expect((await amina.patch(`/events/${id}`, { name: 'Supper' })).status).toBe(200)
  expect((await amina.patch(`/events/${id}`, { localStart: '2150-06-02T18:00' })).status).toBe(422)
  expect((await amina.patch(`/events/${id}`, { localStart: dinner.localStart })).status).toBe(200)
})

test('when its reminders cannot be written, there is no event and no owner either', async () => {
  const { pool } = at.database
  await pool.query(`create function refuse_reminder() returns trigger language plpgsql as
    $$ begin if new.reminder_key = 'day_of' then raise exception 'no'; end if; return new; end $$`)
  await pool.query(
    'create trigger refuse before insert on scheduled_messages for each row execute function refuse_reminder()',
  )
  const rows = async () =>
    (
      await pool.query(`select (select count(*) from events) e, (select count(*) from event_collaborators) c,
        (select count(*) from scheduled_messages) m`)
    ).rows
  const before = await rows()

  const reply = await amina.post('/events', dinner)
  const after = await rows()
  await pool.query('drop function refuse_reminder cascade')

  expect(reply.status).toBe(500)
  expect(after).toEqual(before)
})

test('reminders whose time is past already are not created', async () => {
  const { body } = await amina.post('/events', { ...dinner, localStart: '2027-01-03T18:00' })

  expect(await messagesOf(body.id)).toHaveLength(2)
})

test('a request with one key creates one event, however often it is sent', async () => {
  const headers = { 'idempotency-key': 'one dinner only' }

  const first = await amina.post('/events', dinner, { headers })
  const second = await amina.post('/events', dinner, { headers })
  const other = await amina.post('/events', { ...dinner, name: 'Lunch' }, { headers })

  expect(second.status).toBe(201)
  expect(second.body).toEqual(first.body)
  expect(second.headers['idempotency-replayed']).toBe('true')
  expect(second.headers.etag).toBe('"1"')
  expect(other.body).toMatchObject({ status: 422, type: 'urn:tidings:problem:key-reused' })
})

test('the list shows a person’s own events page by page, the latest first', async () => {
  const maren = await at.signUp('maren@example.com')
  const days = ['2027-05-01', '2027-05-02', '2027-05-03']
  for (const day of days) await maren.post('/events', { ...dinner, localStart: `${day}T18:00` })

  const first = await maren.get('/events?limit=2')
  const second = await maren.get(`/events?limit=2&cursor=${first.body.nextCursor}`)

  const starts = [...first.body.items, ...second.body.items].map((event) => event.localStart.slice(0, 10))
  expect(starts).toEqual(days.toReversed())
  expect(second.body.nextCursor).toBeNull()
  expect((await maren.get(`/events?q=mill&limit=2&cursor=${first.body.nextCursor}`)).status).toBe(400)
  expect((await amina.get(`/events?cursor=${first.body.nextCursor}`)).body.type).toBe('urn:tidings:problem:bad-cursor')
})

test('moving an event moves its reminders; a dry run says so and changes nothing', async () => {
  const { body: event } = await amina.post('/events', dinner)
  const change = { localStart: '2027-03-21T18:00' }

  const dry = await amina.patch(`/events/${event.id}?dryRun=true`, change)
  const unmoved = await messagesOf(event.id)
  const real = await amina.patch(`/events/${event.id}`, change)

  expect(dry.body.moved).toHaveLength(4)
  expect(dry.body.startsAt).toBe('2027-03-21T22:00:00.000Z')
  expect(unmoved[0]!.sendAt?.toISOString()).toBe('2027-03-07T14:00:00.000Z')
  expect(real.body.moved).toEqual(dry.body.moved)
  expect(real.body.moved[0]).toMatchObject({ label: '7-day reminder', newSendAt: '2027-03-14T13:00:00.000Z' })
  expect((await messagesOf(event.id))[0]!.sendAt?.toISOString()).toBe('2027-03-14T13:00:00.000Z')
})

test('a reminder that a move puts into the past is cancelled, and returns when a later move makes it future', async () => {
  const { body: event } = await amina.post('/events', dinner)

  const near = await amina.patch(`/events/${event.id}`, { localStart: '2027-01-03T18:00' })
  const far = await amina.patch(`/events/${event.id}`, { localStart: '2027-03-14T18:00' })

  expect(near.body.cancelled).toHaveLength(2)
  expect(far.body.moved).toHaveLength(4)
  expect((await messagesOf(event.id)).map(({ status }) => status)).toEqual(Array(4).fill('scheduled'))
})

test('an edit of a version that somebody has changed meanwhile is refused', async () => {
  const { body: event, headers } = await amina.post('/events', dinner)
  const ifMatch = { headers: { 'if-match': String(headers.etag) } }

  const first = await amina.patch(`/events/${event.id}`, { venue: 'The New Mill' }, ifMatch)
  const second = await amina.patch(`/events/${event.id}`, { venue: 'The Barn' }, ifMatch)

  expect(first.headers.etag).toBe('"2"')
  expect(second.body).toMatchObject({ status: 412, type: 'urn:tidings:problem:stale' })
})

test('cancelling an event ends what it would still have said, also what is being sent', async () => {
  const { body: event } = await amina.post('/events', dinner)
  const { message } = await sendingMessage(at.db, event.id, 3)

  const reply = await amina.post(`/events/${event.id}/cancel`, {})

  expect(reply.body).toMatchObject({ status: 'cancelled', cancelledAt: expect.any(String) })
  expect((await messagesOf(event.id)).map(({ status }) => status)).toEqual(Array(5).fill('cancelled'))
  const deliveries = await at.db
    .selectFrom('messageDeliveries')
    .select('state')
    .where('messageId', '=', message.id)
    .execute()
  expect(deliveries.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  expect((await amina.patch(`/events/${event.id}`, { name: 'Still on' })).status).toBe(409)
})

test('an event is not deleted while a message is on its way', async () => {
  const { body: event } = await amina.post('/events', dinner)
  const { message } = await sendingMessage(at.db, event.id, 1)

  const refusal = await amina.delete(`/events/${event.id}`)
  await at.db
    .updateTable('scheduledMessages')
    .set({ status: 'sent', finishedAt: new Date() })
    .where('id', '=', message.id)
    .execute()
  const removal = await amina.delete(`/events/${event.id}`)

  expect(refusal.body.type).toBe('urn:tidings:problem:event-sending')
  expect(removal.status).toBe(204)
  expect((await amina.get(`/events/${event.id}`)).status).toBe(404)
  const left = await at.db.selectFrom('messageDeliveries').select('seq').where('messageId', '=', message.id).execute()
  expect(left).toEqual([])
})

test('a copy of everything needs no body', async () => {
  const { body: event } = await amina.post('/events', dinner)

  const { status, body: copy } = await amina.post(`/events/${event.id}/duplicate`)

  expect(status).toBe(201)
  expect(copy).toMatchObject({ name: 'Copy of Dinner', localStart: event.localStart })
})

test('a copy has its own reminders and the broadcasts as drafts, but no guests', async () => {
  const { body: event } = await amina.post('/events', dinner)
  await given.message(at.db, event.id, { status: 'scheduled', sendAt: new Date('2027-02-01') })
  await given.guests(at.db, event.id, [{ name: 'Bo' }])

  const { status, body: copy } = await amina.post(`/events/${event.id}/duplicate`, { localStart: '2027-06-01T18:00' })

  expect(status).toBe(201)
  expect(copy).toMatchObject({ name: 'Copy of Dinner', localStart: '2027-06-01T18:00', stats: { invited: 0 } })
  const copied = await messagesOf(copy.id)
  expect(copied.filter(({ kind }) => kind === 'reminder')).toHaveLength(4)
  expect(copied.filter(({ kind }) => kind === 'broadcast')).toMatchObject([{ status: 'draft', sendAt: null }])
})

test.each([
  ['a name of spaces', { name: '  ' }, 422, '/name'],
  ['a line break in the name', { name: 'Din\nner' }, 422, '/name'],
  ['a NUL', { name: 'Din\0ner' }, 400, '/name'],
  ['half a character', { venue: 'x\ud800' }, 400, '/venue'],
  ['an abbreviated zone', { timezone: 'EST' }, 422, '/timezone'],
  ['a zone that is a path', { timezone: '../../etc/passwd' }, 422, '/timezone'],
  ['the 29th of February 2027', { localStart: '2027-02-29T18:00' }, 422, '/localStart'],
  ['24:00', { localStart: '2027-03-14T24:00' }, 422, '/localStart'],
  ['the year 275760', { localStart: '275760-09-13T00:00' }, 422, '/localStart'],
  ['a deadline before there were clocks', { rsvpUntil: '0000-01-01T00:00:00Z' }, 422, '/rsvpUntil'],
  ['an end before the start', { localEnd: '2027-03-14T17:00' }, 422, '/localEnd'],
  ['a number as text', { capacity: '12' }, 400, '/capacity'],
  ['half a seat', { capacity: 1.5 }, 400, '/capacity'],
  ['a list where an object belongs', { branding: [] }, 400, '/branding'],
  ['a field that is ours to set', { hostId: 'me' }, 400, '/hostId'],
  ['a status that only an action gives', { status: 'cancelled' }, 400, '/status'],
])('an event with %s is refused at its field', async (_, wrong, status, field) => {
  const reply = await amina.post('/events', { ...dinner, ...wrong })

  expect(reply.body).toMatchObject({ status, errors: [{ field, message: expect.stringMatching(/\.$/) }] })
})

test.each([
  ['limit=-1', 'limit'],
  ['limit=1e9', 'limit'],
  ['limit=1&limit=2', 'limit'],
  ['limit=abc', 'limit'],
])('the list refuses ?%s', async (query, field) => {
  const reply = await amina.get(`/events?${query}`)

  expect(reply.body).toMatchObject({ status: 400, errors: [{ field }] })
})
