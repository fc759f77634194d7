import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, testConfig, type TestApp } from '../../test/app.ts'
import { fingerprintOf } from '../domain/fingerprint.ts'

let at: TestApp
beforeAll(async () => void (at = await createTestApp()))
afterAll(() => at.close())

test('an unknown address answers a problem and not a page', async () => {
  const reply = await at.stranger.get('/nothing')

  expect(reply.status).toBe(404)
  expect(reply.headers['content-type']).toContain('application/problem+json')
  expect(reply.body).toMatchObject({ type: 'urn:tidings:problem:not-found', status: 404 })
})

test('readiness names the database, the migrations, the provider and the living notifiers', async () => {
  await at.db
    .insertInto('notifiers')
    .values([
      { shard: 1, host: 'a', pid: 1, version: '1', provider: 'log', providerAccount: 'test' },
      { shard: 2, host: 'b', pid: 2, version: '1', provider: 'smtp', providerAccount: 'other' },
      { shard: 3, host: 'c', pid: 3, version: '1', provider: 'log', providerAccount: 'test', seenAt: new Date(0) },
    ])
    .execute()

  const reply = await at.stranger.send('GET', '/readyz')

  expect(reply.status).toBe(200)
  expect(reply.body).toEqual({
    ready: true,
    database: 'ok',
    migrations: 'ok',
    provider: { key: 'log', label: 'Log', reason: 'a test' },
    notifiers: { alive: 2, differing: 1, differingSettings: [] },
    hold: null,
    stranded: [],
    closedProviders: [],
  })
})

test('readiness names the variables in which a notifier differs, and no value', async () => {
  const bounceAddress = 'bounces@old.example.org'
  const theirs = { ...testConfig, publicUrl: 'https://old.example.org', bounceAddress, account: 'test' }
  const fingerprint = JSON.stringify(fingerprintOf(theirs))
  const other = { shard: 4, host: 'd', pid: 4, version: '1', provider: 'log', providerAccount: 'test', fingerprint }
  await at.db.insertInto('notifiers').values(other).execute()

  const reply = await at.stranger.send('GET', '/readyz')

  expect(reply.body.notifiers.differingSettings).toEqual(['PUBLIC_URL', 'SMTP_BOUNCE_ADDRESS'])
  expect(reply.text).not.toContain('old.example.org')
})

test.each([
  ['no JSON', 'application/json', '{"name":', 400, 'bad-json'],
  ['a key that reaches the prototype', 'application/json', '{"__proto__":{"admin":true}}', 400, 'bad-json'],
  ['plain text', 'text/plain', '{}', 415, 'media-type'],
  ['a form', 'application/x-www-form-urlencoded', 'a=b', 415, 'media-type'],
  ['JSON in another alphabet', 'application/json; charset=utf-7', '{}', 415, 'media-type'],
  ['a tab in the content type', 'application/json\ta', '{}', 415, 'media-type'],
  ['a body without end', 'application/json', JSON.stringify({ name: 'A'.repeat(2_000_000) }), 413, 'too-large'],
])('%s is refused', async (_, type, payload, status, problem) => {
  const reply = await at.stranger.send('POST', '/api/auth/sign-in/email', {
    headers: { 'content-type': type },
    payload,
  })

  expect(reply.body).toMatchObject({ status, type: `urn:tidings:problem:${problem}` })
})

test('every answer carries the headers that keep a browser safe', async () => {
  const { headers } = await at.stranger.get('/nothing')

  expect(headers['content-security-policy']).toMatch(/script-src 'self';/)
  expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'/)
  expect(headers['referrer-policy']).toBe('no-referrer')
  expect(headers['x-content-type-options']).toBe('nosniff')
})

test('the contract is published as OpenAPI 3.1', async () => {
  const { body } = await at.stranger.send('GET', '/api/openapi.json')

  expect(body.openapi).toBe('3.1.0')
  expect(body.paths['/readyz']).toBeDefined()
  expect(body.components.schemas.Problem).toBeDefined()
  const operations = Object.values(body.paths as Record<string, Record<string, { tags?: string[] }>>).flatMap(
    Object.values,
  )
  expect(operations.filter(({ tags }) => tags?.length !== 1)).toEqual([])
})

test('the page of the contract has our name', async () => {
  const page = await at.app.inject({ url: '/api/docs/' })

  expect(page.body).toContain('<title>Tidings: the API</title>')
  expect(page.body).toContain('tidings.css')
})
