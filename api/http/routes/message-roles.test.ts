import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApp, type Somebody, type TestApp } from '../../../test/app.ts'
import * as given from '../../../test/given.ts'

let at: TestApp
let messages: string
let people: Record<'stranger' | 'viewer' | 'editor' | 'owner', Somebody>
let eventId: string

beforeAll(async () => {
  at = await createTestApp()
  const [stranger, viewer, editor, owner] = await Promise.all(
    ['stranger', 'viewer', 'editor', 'owner'].map((name) => at.signUp(`${name}@example.org`)),
  )
  people = { stranger: stranger!, viewer: viewer!, editor: editor!, owner: owner! }
  eventId = (await given.event(at.db, { hostId: owner!.userId })).id
  const roles = [
    { eventId, userId: viewer!.userId, role: 'viewer' as const },
    { eventId, userId: editor!.userId, role: 'editor' as const },
  ]
  await at.db.insertInto('eventCollaborators').values(roles).execute()
  messages = `/api/v1/events/${eventId}/messages`
})
afterAll(() => at.close())

const words = { subject: 'Parking', body: 'Behind the hall.' }

const editorsOnly: [string, string, object?][] = [
  ['GET', ''],
  ['POST', '', { ...words, audience: 'everyone', mode: 'draft' }],
  ['GET', '/recipients?audience=everyone'],
  ['POST', '/preview', words],
  ['GET', '/:id'],
  ['PATCH', '/:id', { subject: 'New' }],
  ['DELETE', '/:id'],
  ['POST', '/:id/send-now'],
  ['POST', '/:id/preview', {}],
  ['POST', '/:id/test-send'],
  ['GET', '/:id/deliveries'],
]
const viewersToo: [string, string, object?][] = [['GET', '/recipient-count?audience=everyone']]

describe.each(editorsOnly)('%s messages%s', (method, path, payload) => {
  test.each([
    ['stranger', 404],
    ['viewer', 403],
    ['editor', 200],
    ['owner', 200],
  ] as const)('answers a %s with %i', async (who, expected) => {
    const reply = await ask(people[who], method, path, payload)

    // 201 and 204 are the words of a route that creates or removes.
    expect(reply.status >= 200 && reply.status < 300 ? 200 : reply.status).toBe(expected)
  })

  test('answers nobody without a session', async () => {
    expect((await ask(at.stranger, method, path, payload)).status).toBe(401)
  })
})

test.each(viewersToo)('%s messages%s is for viewers, too', async (method, path) => {
  const asked = await Promise.all(Object.values(people).map((somebody) => ask(somebody, method, path)))

  expect(asked.map((reply) => reply.status)).toEqual([404, 200, 200, 200])
  expect((await ask(at.stranger, method, path)).status).toBe(401)
})

test('what somebody may not do has not been done', async () => {
  const message = await given.message(at.db, eventId)
  for (const who of ['stranger', 'viewer'] as const) {
    for (const [method, path, payload] of editorsOnly) {
      await people[who].send(method, `${messages}${path.replace(':id', message.id)}`, { payload })
    }
  }

  const row = await at.db.selectFrom('scheduledMessages').selectAll().where('id', '=', message.id).executeTakeFirst()
  expect(row).toEqual(message)
})

async function ask(somebody: Pick<Somebody, 'send'>, method: string, path: string, payload?: object) {
  const { id } = await given.message(at.db, eventId)
  return somebody.send(method, `${messages}${path.replace(':id', id)}`, { payload })
}
