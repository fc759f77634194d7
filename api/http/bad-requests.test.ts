import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApp, type Somebody, type TestApp } from '../../test/app.ts'

let at: TestApp
let amina: Somebody
let bo: Somebody
beforeAll(async () => {
  at = await createTestApp()
  amina = await at.signUp('amina@example.com')
  bo = await at.signUp('bo@example.com')
})
afterAll(() => at.close())

const dinner = { name: 'Dinner', localStart: '2099-03-14T18:00', timezone: 'Europe/Berlin' }
const json = { 'content-type': 'application/json' }
const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test.each([
  ['ten thousand brackets', `{"name":${deep(10_000)}}`],
  ['a list instead of an object', '[]'],
  ['text instead of an object', '"name"'],
  ['nothing', 'null'],
  ['a prototype below', `{"name":"x","branding":{"__proto__":{"color":"#000000"}}}`],
  ['a constructor', `{"constructor":{"prototype":{"admin":true}}}`],
  ['a number beyond numbers', '{"capacity":1e309}'],
  ['a number beyond exactness', '{"capacity":9007199254740993}'],
  ['a comment', '{/* */}'],
  ['two documents', '{}{}'],
])('a body of %s is a 400 problem', async (_, payload) => {
  const reply = await amina.send('POST', '/api/v1/events', { headers: json, payload })

  expect(reply.headers['content-type']).toContain('application/problem+json')
  expect(reply.status).toBe(400)
})

test.each([
  ['a field that stands twice', '{"name":"a","name":"b"}', '/name'],
  ['one that is written in another way', String.raw`{"name":"a","n\u0061me":"b"}`, '/name'],
  ['one that is twice the same', '{"name":"a","name":"a"}', '/name'],
  ['one further in', '{"name":"a","branding":{"color":"#000000","logo":{},"color":"#ffffff"}}', '/branding/color'],
  ['one in a list', '{"tags":[{"a":1},{"a":1,"a":2}]}', '/tags/1/a'],
  ['one after a text that looks like it', String.raw`{"venue":"\",\"name\":\\","name":"a","name":"b"}`, '/name'],
  ['33 levels', `{"name":${deep(32)}}`, '/name'],
])('%s is refused by its name', async (_, payload, field) => {
  const reply = await amina.send('POST', '/api/v1/events', { headers: json, payload })

  expect(reply.body).toMatchObject({ status: 400, type: 'urn:tidings:problem:bad-request', errors: [{ field }] })
})

test('a name may stand in two objects, and as a value', async () => {
  const payload = JSON.stringify({ ...dinner, venue: 'name', description: '"name": {"name": 1, "name": 2}' })
  const twoGuests = JSON.stringify({ ...dinner, branding: { accentColor: '#112233' }, name: 'accentColor' })

  expect((await amina.send('POST', '/api/v1/events', { headers: json, payload })).status).toBe(201)
  expect((await amina.send('POST', '/api/v1/events', { headers: json, payload: twoGuests })).status).toBe(201)
})

describe.each([
  ['/api/auth/sign-up/email', 'name', { email: 'new@example.com', password: 'a long password' }],
  ['/api/auth/sign-in/email', 'email', { password: 'a long password' }],
  ['/api/auth/update-user', 'name', {}],
  ['/api/auth/revoke-session', 'token', {}],
  ['/api/auth/reset-password', 'token', { newPassword: 'a long password' }],
])('%s', (url, field, others) => {
  test.each([
    ['NUL', '"\\u0000"'],
    ['half a character', '"a\\ud800"'],
    ['a number', '1e309'],
    ['an object', '{"$ne":null}'],
    ['a list', '["a"]'],
    ['nothing', 'null'],
    ['itself twice', `"a","${field}":"b"`],
  ])('refuses %s as its text, by name', async (_, value) => {
    const payload = `{"${field}":${value},${JSON.stringify(others).slice(1)}`.replace(',}', '}')

    const reply = await amina.send('POST', url, { headers: json, payload })

    expect(reply.body).toMatchObject({ status: 400, errors: [{ field: `/${field}` }] })
  })
})

test.each(['limit=1&limit=2', 'q=a&q=b'])('a query that says %s says two things', async (query) => {
  expect((await amina.get(`/events?${query}`)).body).toMatchObject({
    status: 400,
    errors: [{ field: query[0] === 'q' ? 'q' : 'limit' }],
  })
})

test.each(['1.5', '1e1', '0x10', ' 5', 'true'])('a limit of %j is not a whole number', async (limit) => {
  const reply = await amina.get(`/events?limit=${encodeURIComponent(limit)}`)

  expect(reply.body).toMatchObject({ status: 400, errors: [{ field: 'limit' }] })
})

test('a query that cannot be stored is named as it was asked', async () => {
  const reply = await amina.get('/events?q=%00')

  expect(reply.body).toMatchObject({ status: 400, errors: [{ field: 'q' }] })
})

test('bytes that are no UTF-8 are refused, because whatever was meant is not what would be stored', async () => {
  const payload = Buffer.concat([
    Buffer.from('{"name":"Caf'),
    Buffer.from([0xe9]),
    Buffer.from(`","localStart":"${dinner.localStart}","timezone":"Europe/Berlin"}`),
  ])

  const reply = await amina.send('POST', '/api/v1/events', { headers: json, payload })

  expect(reply.body).toMatchObject({ status: 400, type: 'urn:tidings:problem:bad-json' })
})

test.each(['/%', '/%c0%ae', '/api/v1/events/%E0%A4%A'])(
  'the address %s cannot be read, and is a problem',
  async (path) => {
    const reply = await amina.send('GET', path)

    expect(reply.headers['content-type']).toContain('application/problem+json')
    expect(reply.body).toMatchObject({ status: 400, type: 'urn:tidings:problem:bad-request' })
  },
)

test('a problem tells neither stack nor SQL nor path nor version', async () => {
  const bodies = ['{', '{"name":1}', JSON.stringify({ ...dinner, timezone: "'; drop table events;--" })]
  const replies = await Promise.all(
    bodies.map((payload) => amina.send('POST', '/api/v1/events', { headers: json, payload })),
  )

  for (const { text } of replies) expect(text).not.toMatch(/at \w+ \(|node_modules|\.ts|select |kysely|fastify|pg_/i)
})

test.each(['//api/v1/events', '/api/v1/events/', '/api/v1/events;x=1', '/API/v1/events'])(
  'the path %s leads nowhere',
  async (path) => {
    expect((await amina.send('GET', path)).status).toBe(404)
  },
)

test.each(['TRACE', 'PUT', 'CONNECT'])('the method %s is unknown', async (method) => {
  expect((await amina.send(method, '/api/v1/events')).status).toBe(404)
})

test('a header cannot change the method', async () => {
  const headers = { 'x-http-method-override': 'DELETE' }

  expect((await amina.post('/events', dinner, { headers })).status).toBe(201)
})

test.each([
  ['weak', 'W/"1"'],
  ['without quotes', '1'],
  ['of another version', '"7"'],
  ['in a list of strangers', '"7", "8"'],
])('an If-Match that is %s matches nothing', async (_, tag) => {
  const { body: event } = await amina.post('/events', dinner)

  const reply = await amina.patch(`/events/${event.id}`, { venue: 'Here' }, { headers: { 'if-match': tag } })

  expect(reply.status).toBe(412)
})

test.each(['*', '"1"', '"9", "1"'])('an If-Match of %s matches the first version', async (tag) => {
  const { body: event } = await amina.post('/events', dinner)

  const reply = await amina.patch(`/events/${event.id}`, { venue: 'Here' }, { headers: { 'if-match': tag } })

  expect(reply.status).toBe(200)
})

test.each([
  ['empty', ''],
  ['of 256 letters', 'x'.repeat(256)],
  ['of an emoji', '\u00f0\u009f\u0092\u008c'],
])('an Idempotency-Key that is %s is refused', async (_, key) => {
  const reply = await amina.post('/events', dinner, { headers: { 'idempotency-key': key } })

  expect(reply.body.type).toBe('urn:tidings:problem:bad-idempotency-key')
})

test('keys are each person’s own', async () => {
  const headers = { 'idempotency-key': 'the same word' }

  const [hers, his] = [await amina.post('/events', dinner, { headers }), await bo.post('/events', dinner, { headers })]

  expect(his.status).toBe(201)
  expect(his.body.id).not.toBe(hers.body.id)
})

test('of the same request twice at once, one waits for an answer that it can ask for again', async () => {
  const headers = { 'idempotency-key': 'both at once' }

  const replies = await Promise.all([
    amina.post('/events', dinner, { headers }),
    amina.post('/events', dinner, { headers }),
  ])
  const later = await amina.post('/events', dinner, { headers })

  const created = replies.filter(({ status }) => status === 201)
  expect(replies.every(({ status }) => status === 201 || status === 409)).toBe(true)
  expect(new Set([...created, later].map(({ body }) => body.id)).size).toBe(1)
})

test('a refusal is remembered like any other answer', async () => {
  const headers = { 'idempotency-key': 'a refusal' }
  const wrong = { ...dinner, timezone: 'Mars/Phobos' }

  const first = await amina.post('/events', wrong, { headers })
  const second = await amina.post('/events', wrong, { headers })

  expect(second).toMatchObject({ status: 422, body: first.body })
  expect(second.headers).toMatchObject({
    'idempotency-replayed': 'true',
    'content-type': expect.stringContaining('application/problem+json'),
  })
})

test('a cursor that was changed by a letter is refused', async () => {
  await amina.post('/events', dinner)
  await amina.post('/events', dinner)
  const { nextCursor } = (await amina.get('/events?limit=1')).body

  for (const cursor of [
    `x${nextCursor}`,
    nextCursor.slice(0, -2),
    'W10',
    '%00',
    Buffer.from('["a"]').toString('base64url'),
  ]) {
    expect((await amina.get(`/events?limit=1&cursor=${cursor}`)).status).toBe(400)
  }
})
