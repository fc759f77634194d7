import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestApp, type Somebody, type TestApp } from '../../test/app.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'

let at: TestApp
let amina: Somebody
let viewer: Somebody
let event: { id: string }
beforeAll(async () => {
  at = await createTestApp()
  amina = await at.signUp('amina@example.com')
  viewer = await at.signUp('viewer@example.com')
})
afterAll(() => at.close())
beforeEach(async () => {
  event = await given.event(at.db, { hostId: amina.userId })
  await at.db
    .insertInto('eventCollaborators')
    .values({ eventId: event.id, userId: viewer.userId, role: 'viewer' })
    .execute()
})

const guests = (more = '') => `/events/${event.id}/guests${more}`

test('a guest is written down as it will be sent to', async () => {
  const reply = await amina.post(guests(), {
    name: '  Zoë  ',
    email: 'Zoe@Example.COM',
    phone: '+49 30 901820',
    tags: ['Family', 'family', 'Table 4'],
  })

  expect(reply.status).toBe(201)
  expect(reply.headers.etag).toBe('"1"')
  expect(reply.body).toMatchObject({
    name: 'Zoë',
    email: 'zoe@example.com',
    phone: '+4930901820',
    tags: ['Family', 'Table 4'],
    rsvpStatus: 'pending',
    partySize: 1,
    rsvpUrl: expect.stringMatching(/^https:\/\/tidings\.test\/r\/[\w-]{44}$/),
  })
})

test('a viewer sees the guests but not the links that answer for them', async () => {
  await given.guests(at.db, event.id, [{ name: 'Bo' }])

  const seen = await viewer.get(guests())

  expect(seen.body.items).toHaveLength(1)
  expect(seen.body.items[0]).not.toHaveProperty('rsvpUrl')
})

test('one address is one guest, unless both name the same household', async () => {
  await amina.post(guests(), { name: 'Bo', email: 'bo@example.com', household: 'Berg' })

  const stranger = await amina.post(guests(), { name: 'Ada', email: 'BO@example.com' })
  const sister = await amina.post(guests(), { name: 'Ida', email: 'bo@example.com', household: 'Berg' })

  expect(stranger.body).toMatchObject({ status: 409, type: 'urn:tidings:problem:guest-address-taken' })
  expect(sister.status).toBe(201)
  const moved = await amina.patch(guests(`/${sister.body.id}`), { household: 'Other' })
  expect(moved.body.type).toBe('urn:tidings:problem:guest-address-taken')
})

test('guests are found by part of a name or address, whatever the case and the accents', async () => {
  await given.guests(at.db, event.id, [
    { name: 'José Ñandú', tags: ['family'] },
    { name: '100% Fun', email: 'fun@example.com', rsvpStatus: 'attending' },
    { name: 'Bo', email: 'b_o@example.org', rsvpStatus: 'maybe' },
  ])
  const namesFor = async (query: string) =>
    (await amina.get(guests(`?${query}`))).body.items.map(({ name }: { name: string }) => name)

  expect(await namesFor('q=jose')).toEqual(['José Ñandú'])
  expect(await namesFor('q=NANDU')).toEqual(['José Ñandú'])
  expect(await namesFor('q=example.org')).toEqual(['Bo'])
  expect(await namesFor('q=%25')).toEqual(['100% Fun'])
  expect(await namesFor('q=_')).toEqual(['Bo'])
  expect(await namesFor('tag=family')).toEqual(['José Ñandú'])
  expect(await namesFor('status=attending,maybe')).toEqual(['100% Fun', 'Bo'])
  expect((await amina.get(guests('?status=perhaps'))).body.errors[0].field).toBe('status')
})

test('pages follow each other without gap or repeat, even when guests come in between', async () => {
  await given.manyGuests(at.db, event.id, 5)

  const first = await amina.get(guests('?limit=2'))
  await given.guests(at.db, event.id, [{ name: 'Late' }])
  const second = await amina.get(guests(`?limit=10&cursor=${first.body.nextCursor}`))

  const names = [...first.body.items, ...second.body.items].map(({ name }: { name: string }) => name)
  expect(names).toEqual(['Guest 1', 'Guest 2', 'Guest 3', 'Guest 4', 'Guest 5', 'Late'])
})

test('a new address gets new links, and a stale edit is refused', async () => {
  const { body: guest, headers } = await amina.post(guests(), { name: 'Bo', email: 'bo@example.com' })
  const ifMatch = { headers: { 'if-match': String(headers.etag) } }

  const moved = await amina.patch(guests(`/${guest.id}`), { email: 'new@example.com' }, ifMatch)
  const late = await amina.patch(guests(`/${guest.id}`), { name: 'Bob' }, ifMatch)

  expect(moved.body.rsvpUrl).not.toBe(guest.rsvpUrl)
  expect(late.status).toBe(412)
  expect((await at.stranger.get(`/rsvp/${guest.rsvpUrl.split('/').at(-1)}`)).status).toBe(404)
})

test('a guest who is removed gets nothing more, and the sums still add up', async () => {
  const { message, guests: list } = await sendingMessage(at.db, event.id, 3)

  const reply = await amina.delete(guests(`/${list[1]!.id}`))

  expect(reply.status).toBe(204)
  const rows = await at.db
    .selectFrom('messageDeliveries')
    .select(['state', 'reason', 'address', 'variables'])
    .where('messageId', '=', message.id)
    .orderBy('seq')
    .execute()
  expect(rows.map(({ state }) => state)).toEqual(['queued', 'skipped', 'queued'])
  expect(rows[1]).toMatchObject({ reason: 'guest_removed', address: null, variables: {} })
  const counters = await at.db
    .selectFrom('messageCounters')
    .select(({ fn }) => [fn.sum<string>('queued').as('queued'), fn.sum<string>('skipped').as('skipped')])
    .where('messageId', '=', message.id)
    .executeTakeFirstOrThrow()
  expect({ queued: Number(counters.queued), skipped: Number(counters.skipped) }).toEqual({ queued: 2, skipped: 1 })
})

test('when the one who carries a household’s mail is removed, the next member carries it', async () => {
  const { message, guests: list } = await sendingMessage(at.db, event.id, 3)
  const [carrier, sister, brother] = list
  const member = (guest: (typeof list)[number]) => ({ guestId: guest.id, name: guest.name, linkVersion: 1 })
  const write = (seq: number, set: object) =>
    at.db.updateTable('messageDeliveries').set(set).where('messageId', '=', message.id).where('seq', '=', seq).execute()
  await write(1, { variables: JSON.stringify({ linkVersion: 1, members: [member(sister!), member(brother!)] }) })
  for (const seq of [2, 3]) await write(seq, { state: 'skipped', reason: 'shared_address', carriedBy: carrier!.id })
  await at.db
    .updateTable('messageCounters')
    .set({ queued: 1, skipped: 2 })
    .where('messageId', '=', message.id)
    .execute()

  await amina.delete(guests(`/${brother!.id}`))
  await amina.delete(guests(`/${carrier!.id}`))

  const rows = await at.db
    .selectFrom('messageDeliveries')
    .select(['state', 'reason', 'variables'])
    .where('messageId', '=', message.id)
    .orderBy('seq')
    .execute()
  expect(rows.map(({ state, reason }) => [state, reason])).toEqual([
    ['skipped', 'guest_removed'],
    ['queued', null],
    ['skipped', 'guest_removed'],
  ])
  expect(JSON.stringify(rows)).not.toContain(brother!.id)
})

test.each([
  ['no name and no address', {}, 422, '/name'],
  ['two addresses', { email: 'a@example.com, evil@example.net' }, 422, '/email'],
  ['a header in the address', { email: 'a@example.com\r\nBcc: evil@example.net' }, 422, '/email'],
  ['a quoted address', { email: '"evil@example.net x"@example.com' }, 422, '/email'],
  ['a route', { email: 'a%b@example.com' }, 422, '/email'],
  ['a wide @', { email: 'a＠example.com' }, 422, '/email'],
  ['a look-alike letter', { email: 'аdmin@example.com' }, 422, '/email'],
  ['an address without end', { email: `${'a'.repeat(310)}@example.com` }, 400, '/email'],
  ['a line break in the name', { name: 'a\nb' }, 422, '/name'],
  ['text that turns around', { name: 'a\u202egpj.exe' }, 422, '/name'],
  ['only zero-width letters', { name: '\u200d' }, 422, '/name'],
  ['a megabyte of name', { name: 'A'.repeat(900_000) }, 400, '/name'],
  ['a list as a name', { name: ['a'] }, 400, '/name'],
  ['an answer nobody knows', { name: 'Bo', rsvpStatus: 'yes' }, 400, '/rsvpStatus'],
  ['a party of -0.5', { name: 'Bo', partySize: -0.5 }, 400, '/partySize'],
  ['a party of 2^53+1', { name: 'Bo', partySize: 2 ** 53 + 2 }, 400, '/partySize'],
  ['a field that is ours', { name: 'Bo', respondedAt: '2027-01-01T00:00:00Z' }, 400, '/respondedAt'],
])('a guest with %s is refused', async (_, body, status, field) => {
  const reply = await amina.post(guests(), body)

  expect(reply.body.status).toBe(status)
  expect(reply.body.errors?.[0].field).toBe(field)
})

test.each([
  '<script>alert(1)</script>',
  '{{7*7}}',
  "'; DROP TABLE guests;--",
  'null',
  '__proto__',
  '👩‍👩‍👧‍👦',
  'ß İıIi',
  'O’Brien & Sons <VIP>',
])('the name %s is a name like any other', async (name) => {
  const created = await amina.post(guests(), { name })

  expect(created.body.name).toBe(name)
  expect((await amina.get(guests(`/${created.body.id}`))).body.name).toBe(name)
})
