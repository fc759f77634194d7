import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { appForTest } from '../../test/app.ts'
import type { App, Deps } from './deps.ts'
import { guardRoutes } from './access.ts'

test('an account that asks too often is told when to come back, and others are not held up', async () => {
  const at = await appForTest({ apiRatePerMinute: 20 })
  const amina = await at.signUp('amina@example.com')
  const bo = await at.signUp('bo@example.com')

  const replies = await Promise.all(Array.from({ length: 25 }, () => amina.get('/audiences')))

  const refused = replies.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(5)
  expect(Number(refused[0]!.headers['retry-after'])).toBeGreaterThan(0)
  expect(refused[0]!.body.type).toBe('urn:tidings:problem:too-many')
  expect((await bo.get('/audiences')).status).toBe(200)
})

test('whoever guesses links from one place is slowed down', async () => {
  const at = await appForTest()

  const statuses = new Set<number>()
  for (let i = 0; i < 620; i++) statuses.add((await at.stranger.get(`/rsvp/guess-${i}`)).status)

  expect([...statuses]).toEqual([404, 429])
})

test('a route that does not say who may use it stops the app from starting', async () => {
  const at = await appForTest()
  const hooks: ((route: object) => void)[] = []
  const app = {
    decorateRequest: () => {},
    decorate: () => {},
    createRateLimit: () => async () => ({}),
    addHook: (_: string, hook: (route: object) => void) => hooks.push(hook),
    guarded: [],
  } as unknown as App
  guardRoutes(app, {
    config: { publicUrl: 'https://tidings.test', corsOrigins: [] },
    database: at.database,
  } as unknown as Deps)

  expect(() => hooks[0]!({ method: 'GET', url: '/open', schema: Type.Object({}) })).toThrow(
    /GET \/open .*config\.access/,
  )
})

test('a friendly origin may ask with a cookie, and an unknown one may not', async () => {
  const at = await appForTest()
  const ask = (origin: string) =>
    at.stranger.send('OPTIONS', '/api/v1/events', { headers: { origin, 'access-control-request-method': 'POST' } })

  const friend = await ask('https://friend.test')
  const stranger = await ask('https://evil.example')

  expect(friend.headers).toMatchObject({
    'access-control-allow-origin': 'https://friend.test',
    'access-control-allow-credentials': 'true',
  })
  expect(stranger.headers['access-control-allow-origin']).toBeUndefined()
})

test('when the database is away, the answer says to come back and no more', async () => {
  const at = await appForTest()
  const amina = await at.signUp('amina@example.com')
  const { pool } = at.database
  const connect = pool.connect.bind(pool)
  pool.connect = (() =>
    Promise.reject(Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' }))) as never

  const reply = await amina.get('/events')
  const ready = await at.stranger.send('GET', '/readyz')
  const alive = await at.stranger.send('GET', '/healthz')
  pool.connect = connect as never

  expect(reply.status).toBe(503)
  expect(reply.text).not.toContain('10.0.0.7')
  expect(ready).toMatchObject({ status: 503, body: { ready: false, database: 'away', migrations: 'unknown' } })
  expect(alive.status).toBe(200)
})

test.each([
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
])('a line to the database that breaks under a query ("%s") is a 503', async (words) => {
  const at = await appForTest()
  at.app.get('/broken', { config: { access: 'public' } }, () => Promise.reject(new Error(words)))

  const reply = await at.stranger.send('GET', '/broken')

  expect(reply.body).toMatchObject({ status: 503, type: 'urn:tidings:problem:unavailable' })
})
