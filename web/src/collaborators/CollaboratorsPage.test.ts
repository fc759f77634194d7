import { expect, test } from 'vitest'
import { hasButton, press, submit, text, type, visit } from '../../test/page.ts'
import * as given from '../../test/given.ts'
import { problem, serve } from '../../test/server.ts'

const path = `/events/${given.eventId}`
const bea = given.collaborator({ userId: 'bea', name: 'Bea Lindqvist', email: 'bea@lindqvist.se', role: 'viewer' })

function people(role: 'owner' | 'editor' | 'viewer' = 'owner') {
  return {
    [`GET /v1${path}`]: { body: given.event({ role }) },
    [`GET /v1${path}/collaborators`]: { body: { items: [given.collaborator({ role }), bea], nextCursor: null } },
  }
}

test.each([
  ['owner', true],
  ['editor', false],
  ['viewer', false],
] as const)('an %s may change who takes part: %s', async (role, may) => {
  serve(people(role))

  await visit(`${path}/collaborators`)

  expect(text()).toContain('Bea Lindqvist')
  expect(hasButton('Invite')).toBe(may)
  expect(hasButton('Remove Bea Lindqvist')).toBe(may)
  expect(hasButton('Leave this event')).toBe(true)
})

test('the last owner cannot leave, and reads why', async () => {
  serve({
    ...people(),
    [`DELETE /v1${path}/collaborators/${given.me.id}`]: problem(409, {
      detail: 'This is the last owner. Make somebody else an owner first.',
    }),
  })
  await visit(`${path}/collaborators`)

  await press('Leave this event')
  await press('Leave')

  expect(text()).toContain('Make somebody else an owner first.')
  expect(text()).toContain('Maren Holt')
})

test('somebody who was removed by mistake is back with one undo', async () => {
  const { asked } = serve({
    ...people(),
    [`DELETE /v1${path}/collaborators/bea`]: { status: 204 },
    [`POST /v1${path}/collaborators`]: { status: 201, body: bea },
  })
  await visit(`${path}/collaborators`)

  await press('Remove Bea Lindqvist')
  expect(hasButton('Remove Bea Lindqvist')).toBe(false)
  await press('Undo')

  expect(asked.at(-1)?.body).toEqual({ email: bea.email, role: 'viewer' })
  expect(hasButton('Remove Bea Lindqvist')).toBe(true)
})

test('an address without an account is refused at its field', async () => {
  const words = 'Nobody here has this address.'
  serve({
    ...people(),
    [`POST /v1${path}/collaborators`]: problem(422, { detail: words, errors: [{ field: '/email', message: words }] }),
  })
  await visit(`${path}/collaborators`)

  await type('E-mail', 'nobody@nowhere.example')
  await submit('main form')

  expect(text()).toContain(words)
})
