import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestApp, type Somebody, type TestApp } from '../../test/app.ts'
import * as given from '../../test/given.ts'

let at: TestApp
let amina: Somebody
let event: { id: string }
beforeAll(async () => {
  at = await createTestApp()
  amina = await at.signUp('amina@example.com')
})
afterAll(() => at.close())
beforeEach(async () => void (event = await given.event(at.db, { hostId: amina.userId })))

function send(csv: string | Buffer, query = '') {
  const headers = { 'content-type': 'text/csv' }
  return amina.send('POST', `/api/v1/events/${event.id}/guests/import${query}`, { headers, payload: csv })
}

async function guestNames() {
  const { body } = await amina.get(`/events/${event.id}/guests?limit=200`)
  return body.items.map(({ name }: { name: string }) => name)
}

const file = 'name,email,tags\r\nBo Berg,bo@example.com,family\r\nAda,ADA@example.com,\r\n,not an address,\r\n'

test('a file is imported row by row, and what is wrong is told with its line', async () => {
  const { status, body } = await send(file)

  expect(status).toBe(200)
  expect(body).toMatchObject({ dryRun: false, created: 2, updated: 0, unchanged: 0 })
  expect(body.rejected).toEqual([{ line: 4, reason: expect.stringMatching(/\.$/) }])
  expect(body.rejectedTotal).toBe(1)
  expect(await guestNames()).toEqual(['Bo Berg', 'Ada'])
})

test('of very many faults the first are told, and how many there are', async () => {
  const wrong = Array.from({ length: 300 }, (_, i) => `Guest ${i},nowhere`)
  const doubles = Array.from({ length: 300 }, (_, i) => `Bo,bo${i}@example.com\nBo,bo${i}@example.com`)

  const { body } = await send(['name,email', ...wrong, ...doubles].join('\n'), '?dryRun=true')

  expect(body).toMatchObject({ created: 300, rejectedTotal: 300 })
  expect(body.rejected).toHaveLength(200)
  expect(body.rejected[199]).toMatchObject({ line: 201 })
  expect(body.notes).toHaveLength(200)
  expect(body.notes.at(-1)).toBe('And 101 more like these.')
})

test('answers are understood as other tools write them, and others are refused by line', async () => {
  const { body } = await send('name,Reply\nAda,Yes\nBo,Not going\nCem,if it rains\n')

  expect(body.rejected).toEqual([{ line: 4, reason: expect.stringMatching(/“if it rains”.* yes .* no .* maybe /) }])
  const { items } = (await amina.get(`/events/${event.id}/guests`)).body
  expect(items.map(({ rsvpStatus }: { rsvpStatus: string }) => rsvpStatus).sort()).toEqual(['attending', 'declined'])
})

test('a dry run says the same and writes nothing', async () => {
  const { body } = await send(file, '?dryRun=true')

  expect(body).toMatchObject({ dryRun: true, created: 2 })
  expect(await guestNames()).toEqual([])
})

test('the same file twice makes no doubles', async () => {
  await send(file)

  const { body } = await send(file)

  expect(body).toMatchObject({ created: 0, updated: 0, unchanged: 2 })
})

test('two imports of one file at the same time make no doubles either', async () => {
  const replies = await Promise.all([send(file), send(file), send(file)])

  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200])
  expect((await guestNames()).sort()).toEqual(['Ada', 'Bo Berg'])
})

test('a blank cell erases nothing, and an answer of the guest’s own stays', async () => {
  await given.guests(at.db, event.id, [
    { name: 'Bo', email: 'bo@example.com', phone: '123', tags: ['a'], rsvpStatus: 'declined', respondedAt: new Date() },
  ])

  const { body } = await send('email;name;phone;rsvp_status;tags\nbo@example.com;Bo Berg;;attending;b\n')

  expect(body).toMatchObject({ updated: 1 })
  const { items } = (await amina.get(`/events/${event.id}/guests`)).body
  expect(items).toMatchObject([{ name: 'Bo Berg', phone: '123', rsvpStatus: 'declined', tags: ['a', 'b'], version: 2 }])
})

test('an export opens safely in a spreadsheet and comes back as it was', async () => {
  const names = ['=HYPERLINK("http://evil","x")', '@SUM(1)', 'Ünal "the" Berg; Jr.', '-1']
  await given.guests(
    at.db,
    event.id,
    names.map((name) => ({ name, tags: ['a', 'b'] })),
  )

  const { text, headers } = await amina.get(`/events/${event.id}/guests/export`)
  const again = await send(text)

  expect(headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(headers['content-disposition']).toContain('guests.csv')
  expect(text.startsWith('\ufeff')).toBe(true)
  expect(text).not.toMatch(/(^|,)"?[=@]/m)
  expect(again.body).toMatchObject({ created: 0, updated: 0, unchanged: 4 })
})

test('an export of many guests has one header and everybody in it', async () => {
  await given.manyGuests(at.db, event.id, 5_100)

  const { text } = await amina.get(`/events/${event.id}/guests/export`)

  const lines = text.trimEnd().split('\r\n')
  expect(lines).toHaveLength(5_101)
  expect(lines.filter((line) => line.includes('party_size'))).toHaveLength(1)
})

test('ten thousand guests are imported within five seconds', async () => {
  const rows = Array.from({ length: 10_000 }, (_, n) => `Guest ${n},guest-${n}@example.com,family`)

  const startedAt = performance.now()
  const { body } = await send(['name,email,tags', ...rows].join('\n'))

  expect(body).toMatchObject({ created: 10_000, rejected: [] })
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})

test.each([
  ['JSON', 'application/json', '{}', 422],
  ['a form', 'multipart/form-data; boundary=x', '--x--', 415],
  ['a file that is too large', 'text/csv', `name\n${'a'.repeat(20_000_001)}`, 413],
  ['an empty file', 'text/csv', '', 422],
  ['no known column', 'text/csv', 'a,b\n1,2\n', 422],
  ['an unclosed quotation mark', 'text/csv', 'name,email\n"Bo,bo@example.com\n', 422],
  ['a zip with another name', 'text/csv', Buffer.from('504b030414000000', 'hex'), 422],
])('%s is no guest list', async (_, type, payload, status) => {
  const headers = { 'content-type': type }
  const reply = await amina.send('POST', `/api/v1/events/${event.id}/guests/import`, { headers, payload })

  expect(reply.body.status).toBe(status)
})
