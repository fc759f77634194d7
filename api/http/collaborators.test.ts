import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestApp, type Somebody, type TestApp } from '../../test/app.ts'
import * as given from '../../test/given.ts'

let at: TestApp
let amina: Somebody
let bo: Somebody
let event: { id: string }
beforeAll(async () => {
  at = await createTestApp()
  amina = await at.signUp('amina@example.com')
  bo = await at.signUp('bo@example.com')
})
afterAll(() => at.close())
beforeEach(async () => void (event = await given.event(at.db, { hostId: amina.userId })))

const team = (more = '') => `/events/${event.id}/collaborators${more}`

test('an owner invites somebody who has an account', async () => {
  const reply = await amina.post(team(), { email: 'Bo@example.com', role: 'editor' })

  expect(reply.status).toBe(201)
  expect(reply.body).toMatchObject({ userId: bo.userId, name: 'bo', email: 'bo@example.com', role: 'editor' })
  expect((await bo.get(`/events/${event.id}`)).body.role).toBe('editor')
  expect((await bo.get(team())).body.items).toHaveLength(2)
})

test('an address without an account is told, with what to do', async () => {
  const reply = await amina.post(team(), { email: 'nobody@example.com', role: 'editor' })

  expect(reply.body).toMatchObject({
    status: 422,
    errors: [{ field: '/email', message: expect.stringContaining('sign up') }],
  })
})

test('the last owner can neither leave nor become less', async () => {
  const leaving = await amina.delete(team(`/${amina.userId}`))
  const stepping = await amina.patch(team(`/${amina.userId}`), { role: 'viewer' })

  expect([leaving.body.type, stepping.body.type]).toEqual(Array(2).fill('urn:tidings:problem:last-owner'))
})

test('two owners who leave at once do not both leave', async () => {
  await amina.post(team(), { email: bo.email, role: 'owner' })

  const replies = await Promise.all([amina.delete(team(`/${amina.userId}`)), bo.delete(team(`/${bo.userId}`))])

  expect(replies.map(({ status }) => status).sort()).toEqual([204, 409])
})

test('when the host leaves, guests hear from the other owner', async () => {
  await amina.post(team(), { email: bo.email, role: 'owner' })

  await amina.delete(team(`/${amina.userId}`))

  expect((await bo.get(`/events/${event.id}`)).body.hostName).toBe('bo')
  expect((await amina.get(`/events/${event.id}`)).status).toBe(404)
})

test('everybody may leave, but only an owner sends somebody away', async () => {
  await amina.post(team(), { email: bo.email, role: 'viewer' })

  const sending = await bo.delete(team(`/${amina.userId}`))
  const leaving = await bo.delete(team(`/${bo.userId}`))

  expect(sending.body).toMatchObject({ status: 403, type: 'urn:tidings:problem:role-needed' })
  expect(leaving.status).toBe(204)
})
