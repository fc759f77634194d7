import { expect, test, vi } from 'vitest'
import { problem, serve } from '../../test/server.ts'
import { addressOf, call, connected, whenSignedOut } from './client.ts'
import { ApiProblem } from './problem.ts'

async function failureOf(work: Promise<unknown>): Promise<ApiProblem> {
  const failure = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(failure).toBeInstanceOf(ApiProblem)
  return failure as ApiProblem
}

test('a refusal keeps its words and knows which field it is about', async () => {
  serve({
    'POST /v1/events': problem(422, {
      detail: 'Choose an end that is after the start.',
      errors: [{ field: '/localEnd', message: 'Choose an end that is after the start.' }],
    }),
  })

  const refusal = await failureOf(
    call('POST /v1/events', { body: { name: 'A', localStart: '2027-03-14T18:00', timezone: 'UTC' } }),
  )

  expect(refusal.message).toBe('Choose an end that is after the start.')
  expect(refusal.about('localEnd')).toBe('Choose an end that is after the start.')
  expect(refusal.about('name')).toBeUndefined()
  expect(refusal.passing).toBe(false)
})

test('what a proxy made up becomes a sentence', async () => {
  serve({ 'GET /v1/events': { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad gateway</h1>' } })

  const failure = await failureOf(call('GET /v1/events', {}))

  expect(failure.message).toContain('Nothing was lost')
  expect(failure.passing).toBe(true)
})

test.each([
  [true, 'The server does not answer'],
  [false, 'You are offline'],
])('when nobody answers and the browser says online=%s, it says “%s”', async (online, words) => {
  vi.stubGlobal('navigator', { onLine: online })
  serve({ 'GET /v1/events': 'nobody' })

  const failure = await failureOf(call('GET /v1/events', {}))

  expect(failure.status).toBe(0)
  expect(failure.message).toContain(words)
  expect(connected.value).toBe(online)
})

test('an answer shows that the line is back', async () => {
  connected.value = false
  serve({ 'GET /v1/events': { body: { items: [], nextCursor: null } } })

  await call('GET /v1/events', {})

  expect(connected.value).toBe(true)
})

test('edits carry the version that was read, and every POST a key', async () => {
  const { asked } = serve({ 'PATCH /v1/events/e1': { body: {} }, 'POST /v1/events/e1/duplicate': { body: {} } })

  await call('PATCH /v1/events/{id}', { params: { id: 'e1' }, body: { name: 'B' }, version: 7 })
  await call('POST /v1/events/{id}/duplicate', { params: { id: 'e1' }, body: {}, idempotencyKey: 'once' })

  expect(asked[0]?.headers.get('if-match')).toBe('"7"')
  expect(asked[0]?.headers.has('idempotency-key')).toBe(false)
  expect(asked[1]?.headers.get('idempotency-key')).toBe('once')
})

test('a guest list goes out as CSV', async () => {
  const { asked } = serve({ 'POST /v1/events/e1/guests/import': { body: {} } })

  await call('POST /v1/events/{id}/guests/import', {
    params: { id: 'e1' },
    query: { dryRun: true },
    body: { csv: 'name\nAda' },
  })

  expect(asked[0]).toMatchObject({ query: { dryRun: 'true' }, body: 'name\nAda' })
  expect(asked[0]?.headers.get('content-type')).toBe('text/csv')
})

test('a lost session is told once, but a wrong password is not a lost session', async () => {
  const signedOut = vi.fn<() => void>()
  whenSignedOut(signedOut)
  serve({ 'GET /v1/events': problem(401), 'POST /auth/sign-in/email': problem(401) })

  await failureOf(call('POST /auth/sign-in/email', { body: { email: 'a@b.c', password: 'x' } }))
  expect(signedOut).not.toHaveBeenCalled()

  await failureOf(call('GET /v1/events', {}))
  expect(signedOut).toHaveBeenCalledOnce()
})

test('an address is filled in and escaped', () => {
  expect(
    addressOf('GET /v1/events/{id}/guests', { params: { id: 'a/b' }, query: { q: 'Zoë & co', tag: undefined } }),
  ).toBe('/api/v1/events/a%2Fb/guests?q=Zo%C3%AB+%26+co')
})
