import { expect, test } from 'vitest'
import { appForTest } from '../../../test/app.ts'
import * as given from '../../../test/given.ts'

async function givenMessage(values: Parameters<typeof given.message>[2] = {}) {
  const at = await appForTest()
  const host = await at.signUp('host@example.org')
  const event = await given.event(at.db, { hostId: host.userId })
  const message = await given.message(at.db, event.id, values)
  const path = `/events/${event.id}/messages`
  const send = (headers = {}) => host.post(`${path}/${message.id}/test-send`, undefined, { headers })
  return { at, host, message, path, send }
}

test('a test goes to whoever asked for it, at once, and is not in the list', async () => {
  const { at, host, message, path, send } = await givenMessage()

  const reply = await send()

  expect(reply.body).toMatchObject({
    kind: 'test',
    status: 'scheduled',
    label: 'Test: Doors open at six',
    recipients: 1,
  })
  const row = await at.db.selectFrom('scheduledMessages').selectAll().where('id', '=', reply.body.id).executeTakeFirst()
  expect(row).toMatchObject({ recipient: host.email, body: message.body })
  expect(row!.sendAt!.getTime()).toBeLessThanOrEqual(Date.now())
  expect((await host.get(path)).body.items).toMatchObject([{ id: message.id, status: 'draft' }])
})

test('three tests a minute, then it is enough for a while', async () => {
  const { send } = await givenMessage()

  const replies = [await send(), await send(), await send(), await send()]

  expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 429])
  expect(Number(replies[3]!.headers['retry-after'])).toBeGreaterThan(0)
})

test('a test that came too soon may be asked for again with its key', async () => {
  const { at, send } = await givenMessage()
  await Promise.all([send(), send(), send()])

  const { status } = await send({ 'idempotency-key': 'one test' })

  expect(status).toBe(429)
  expect(await at.db.selectFrom('idempotencyKeys').selectAll().execute()).toEqual([])
})

test.each([
  [{ subject: '' }, 'subject-empty'],
  [{ body: '' }, 'body-empty'],
])('a draft with %j is not worth a test', async (values, type) => {
  const { send } = await givenMessage(values)

  expect((await send()).body).toMatchObject({ status: 422, type: `urn:tidings:problem:${type}` })
})
