import { expect, test } from 'vitest'
import { description, field, settled, submit, text, type, visit } from '../../test/page.ts'
import * as given from '../../test/given.ts'
import { problem, serve } from '../../test/server.ts'

const nothing = { body: { items: [], nextCursor: null } }

test('an empty form is not sent; each fault stands at its field and the first has the focus', async () => {
  const { asked } = serve({})
  await visit('/sign-in', { signedIn: false })

  await submit()

  expect(asked).toEqual([])
  expect(description('E-mail')).toBe('Write an e-mail address.')
  expect(field('E-mail').getAttribute('aria-invalid')).toBe('true')
  expect(document.activeElement).toBe(field('E-mail'))
})

test('a wrong password is told in our words, and what was typed stays', async () => {
  serve({ 'POST /auth/sign-in/email': problem(401, { title: 'Invalid', code: 'INVALID_EMAIL_OR_PASSWORD' }) })
  await visit('/sign-in', { signedIn: false })
  await type('E-mail', 'maren@holt.works')
  await type('Password', 'wrong')

  await submit()

  expect(description('Password')).toContain('E-mail and password do not match.')
  expect(field('E-mail').value).toBe('maren@holt.works')
})

test('after signing in, one is where one wanted to go', async () => {
  serve({
    'POST /auth/sign-in/email': { body: { user: given.me } },
    'GET /v1/events': nothing,
    [`GET /v1/events/${given.eventId}`]: { body: given.event() },
    [`GET /v1/events/${given.eventId}/collaborators`]: { body: { items: [given.collaborator()], nextCursor: null } },
  })
  await visit(`/events/${given.eventId}/collaborators`, { signedIn: false })
  expect(text()).toContain('Good to see you again')
  await type('E-mail', 'maren@holt.works')
  await type('Password', 'right')

  await submit()
  await settled()

  expect(text()).toContain('Who plans this with you')
})

test.each(['//elsewhere.example/x', '/\\elsewhere.example', 'https://elsewhere.example'])(
  'a way back to %s leads to the events instead',
  async (next) => {
    serve({ 'POST /auth/sign-in/email': { body: { user: given.me } }, 'GET /v1/events': nothing })
    await visit(`/sign-in?next=${encodeURIComponent(next)}`, { signedIn: false })
    await type('E-mail', 'maren@holt.works')
    await type('Password', 'right')

    await submit()

    expect(text()).toContain('Your events')
  },
)
