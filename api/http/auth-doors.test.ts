import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, speaker, type TestApp } from '../../test/app.ts'

let at: TestApp
beforeAll(async () => void (at = await createTestApp()))
afterAll(() => at.close())

test('guessing one account’s password is slowed down, whoever guesses', async () => {
  const { email } = await at.signUp('guessed@example.com')
  const codes = []
  for (let i = 0; i < 21; i++) {
    const headers = { 'x-forwarded-for': `203.0.113.${i}` }
    const payload = { email, password: `guess number ${i}` }
    codes.push((await at.stranger.send('POST', '/api/auth/sign-in/email', { headers, payload })).status)
  }

  expect(codes.slice(0, 20)).toEqual(Array(20).fill(401))
  expect(codes[20]).toBe(429)
})

test.each([
  ['another site', 403, { origin: 'https://evil.example' }],
  ['an origin that is hidden', 403, { origin: 'null' }],
  ['another site that only says so', 403, { 'sec-fetch-site': 'cross-site' }],
  ['this site', 201, { origin: 'https://tidings.test', 'sec-fetch-site': 'same-origin' }],
  ['a friendly site', 201, { origin: 'https://friend.test', 'sec-fetch-site': 'cross-site' }],
  ['a program', 201, {}],
])('a cookie in a request from %s answers %i', async (from, status, headers) => {
  const { cookie } = await at.signUp(`${from.replaceAll(' ', '-')}@example.com`)
  const payload = { name: 'Dinner', localStart: '2099-03-14T18:00', timezone: 'Europe/Berlin' }

  const reply = await speaker(at.app, cookie).send('POST', '/api/v1/events', { headers, payload })

  expect(reply.status).toBe(status)
})

test.each(['/callback/github', '/verify-email?token=x', '/reset-password/token', '/delete-user/callback', '/ok'])(
  'what nobody needs is closed: GET /api/auth%s',
  async (path) => {
    expect((await at.stranger.send('GET', `/api/auth${path}`)).status).toBe(404)
  },
)
