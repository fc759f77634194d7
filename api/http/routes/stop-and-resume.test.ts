import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type Somebody, type TestApp } from '../../../test/app.ts'
import * as given from '../../../test/given.ts'
import { finished, smtpTransport, startNotifier } from '../../../test/notifiers.ts'
import { startSmtpPeer, type SmtpPeer } from '../../../test/peers/smtp-server.ts'

let at: TestApp
let maren: Somebody
let smtp: SmtpPeer

beforeAll(async () => {
  at = await createTestApp()
  maren = await at.signUp('maren@example.com')
  smtp = await startSmtpPeer({ latencyMs: 40 })
})

afterAll(async () => {
  await smtp.close()
  await at.close()
})

async function messageOnItsWay(guests: number) {
  const { body: event } = await maren.post('/events', {
    name: 'Supper',
    localStart: '2099-06-01T18:00',
    timezone: 'Europe/Berlin',
  })
  await given.manyGuests(at.db, event.id, guests)
  const { id } = await given.dueMessage(at.db, event.id)
  smtp.clear()
  await startNotifier(at.database, smtpTransport(smtp.url, 2))
  while (smtp.count < 4) await new Promise((resolve) => setTimeout(resolve, 10))
  return { id, path: `/events/${event.id}/messages/${id}` }
}

test('a message that is stopped waits, and goes on with those who have not got it', async () => {
  const { id, path } = await messageOnItsWay(60)

  const stopped = await maren.post(`${path}/stop`, {})
  await new Promise((resolve) => setTimeout(resolve, 400))
  const sentMeanwhile = smtp.count
  await new Promise((resolve) => setTimeout(resolve, 400))

  expect(stopped).toMatchObject({ status: 200, body: { status: 'sending', pauseReason: 'Stopped by a host.' } })
  expect(sentMeanwhile).toBeLessThan(60)
  expect(smtp.count).toBe(sentMeanwhile)

  const resumed = await maren.post(`${path}/resume`)
  await finished(at.database, id)

  expect(resumed).toMatchObject({ status: 200, body: { status: 'sending', pausedAt: null } })
  expect(smtp.count).toBe(60)
  expect(smtp.doubled).toEqual([])
})

test('what is discarded never leaves, and the numbers still add up', async () => {
  const { id, path } = await messageOnItsWay(60)

  const reply = await maren.post(`${path}/stop`, { discard: true })
  await finished(at.database, id)
  const { counts, status } = (await maren.get(path)).body

  expect(reply.status).toBe(200)
  expect(status).toBe('sent')
  expect(counts.sent).toBe(smtp.count)
  expect(counts.cancelled).toBeGreaterThan(0)
  expect(counts.sent + counts.cancelled).toBe(60)
  expect(counts.total).toBe(60)
})

test('what is not on its way can be neither stopped nor resumed', async () => {
  const { body: event } = await maren.post('/events', {
    name: 'Supper',
    localStart: '2099-06-01T18:00',
    timezone: 'Europe/Berlin',
  })
  const draft = { audience: 'everyone', subject: 'Hello', body: 'Hi', mode: 'draft' }
  const { body: message } = await maren.post(`/events/${event.id}/messages`, draft)

  const stop = await maren.post(`/events/${event.id}/messages/${message.id}/stop`, {})
  const resume = await maren.post(`/events/${event.id}/messages/${message.id}/resume`)

  expect([stop.status, resume.status]).toEqual([409, 409])
  expect(stop.body.type).toMatch(/message-not-sending$/)
})
