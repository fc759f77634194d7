import { expect, test } from 'vitest'
import { appForTest, type TestApp } from '../../test/app.ts'
import { auditedRoutes } from './audit.ts'

const when = { localStart: '2099-06-01T18:00', timezone: 'Europe/Berlin' }
const words = { audience: ['everyone'], subject: 'Doors open', body: 'At six.' }

const rows = ({ db }: TestApp) => db.selectFrom('auditLog').selectAll().orderBy('id').execute()

async function hostWithEvent(at: TestApp) {
  const host = await at.signUp('host@example.com')
  const { body } = await host.post('/events', { name: 'Dinner', ...when })
  return { host, eventId: body.id as string }
}

test('who sends, cancels, lets in and takes the guest list away is written down', async () => {
  const at = await appForTest()
  const { host, eventId } = await hostWithEvent(at)
  const friend = await at.signUp('friend@example.com')

  const { body: message } = await host.post(`/events/${eventId}/messages`, { ...words, mode: 'draft' })
  await host.post(`/events/${eventId}/messages/${message.id}/send-now`, {})
  await host.delete(`/events/${eventId}/messages/${message.id}`)
  await host.post(`/events/${eventId}/collaborators`, { email: friend.email, role: 'viewer' })
  await friend.get(`/events/${eventId}/guests/export`)

  const log = await rows(at)
  expect(log.map(({ action, userId, subject }) => [action, userId, subject])).toEqual([
    ['message.write', host.userId, message.id],
    ['message.send', host.userId, message.id],
    ['message.cancel', host.userId, message.id],
    ['collaborator.add', host.userId, friend.userId],
    ['guests.export', friend.userId, null],
  ])
  expect(log[0]).toMatchObject({ eventId, detail: { mode: 'draft' }, ipAddress: '127.0.0.1' })
  expect(JSON.stringify(log)).not.toMatch(/example\.com|Doors|At six/)
})

test('what was refused, tried dry or repeated with its key leaves no row', async () => {
  const at = await appForTest()
  const { host, eventId } = await hostWithEvent(at)
  const stranger = await at.signUp('stranger@example.com')
  const headers = { 'idempotency-key': 'once' }
  await host.post(`/events/${eventId}/messages`, { ...words, mode: 'draft' }, { headers })

  await host.post(`/events/${eventId}/messages`, { ...words, mode: 'draft' }, { headers })
  await host.post(`/events/${eventId}/messages`, { ...words, audience: ['nobody'], mode: 'draft' })
  await stranger.get(`/events/${eventId}/guests/export`)
  const csv = { payload: 'name,email\nAda,ada@example.com\n', headers: { 'content-type': 'text/csv' } }
  const dry = await host.send('POST', `/api/v1/events/${eventId}/guests/import?dryRun=true`, csv)

  expect(dry.status).toBe(200)
  expect((await rows(at)).map(({ action }) => action)).toEqual(['message.write'])
})

test('every audited route exists and asks who comes', async () => {
  const { app } = await appForTest()
  await app.ready()
  const guarded = new Map(app.guarded.map(({ method, url, access }) => [`${method} ${url}`, access]))

  for (const route of Object.keys(auditedRoutes)) expect(guarded.get(route)).toMatch(/^(viewer|editor|owner|operator)$/)
})
