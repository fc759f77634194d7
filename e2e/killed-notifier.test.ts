import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ApiClient } from '../cmd/demo/seed/client.ts'
import { startStage, type Stage } from './stage.ts'

const guests = 300

let stage: Stage

beforeAll(async () => {
  // Slow enough that the kill comes in the middle: 20 connections at 200 ms are 100 mails a second.
  stage = await startStage({ notifiers: 2, latencyMs: 200 })
})

afterAll(() => stage?.stop())

test('with one of two notifiers killed in the middle of 300 guests, everybody is mailed and nobody is hidden', async () => {
  const host = await signedUp(stage.api())
  const event = await host.post<{ id: string }>('/api/v1/events', {
    name: 'Winter ball',
    localStart: '2031-02-14T19:00',
    timezone: 'Europe/Oslo',
  })
  await host.postCsv(`/api/v1/events/${event.id}/guests/import`, guestList())

  const message = await host.post<{ id: string }>(`/api/v1/events/${event.id}/messages`, {
    audience: 'everyone',
    subject: 'Doors open at seven',
    body: 'Hi {{guest_name|there}}, see you at {{event_name}}.',
    mode: 'send_now',
  })
  await vi.waitFor(() => expect(stage.mails.count).toBeGreaterThan(0), { timeout: 20_000, interval: 5 })
  const rowsAtFirstMail = await deliveryRows(message.id)
  await vi.waitFor(() => expect(stage.mails.count).toBeGreaterThan(60), { timeout: 20_000, interval: 5 })
  stage.notifiers[0]!.kill('SIGKILL')
  const mailedAtKill = stage.mails.count
  const counts = await vi.waitUntil(
    async () => {
      const now = await host.get<Message>(`/api/v1/events/${event.id}/messages/${message.id}`)
      return now.status === 'sent' && now.counts.queued === 0 && now.counts
    },
    { timeout: 60_000, interval: 250 },
  )

  expect(mailedAtKill).toBeLessThan(guests)
  expect(rowsAtFirstMail).toBe(guests)
  expect(stage.mails.counts.size).toBe(guests)
  // The killed process had at most its ten connections' mails on the wire; under "resend" each of those may go once more, never twice.
  expect(stage.mails.doubled.length).toBeLessThanOrEqual(connectionsOfOne)
  expect(Math.max(...stage.mails.counts.values())).toBeLessThanOrEqual(2)
  expect(counts.sent + counts.failed + counts.unknown + counts.skipped + counts.cancelled).toBe(guests)
  expect(counts).toMatchObject({ total: guests, failed: 0, skipped: 0, cancelled: 0 })
})

type Message = {
  status: string
  counts: Record<'total' | 'queued' | 'sent' | 'failed' | 'unknown' | 'skipped' | 'cancelled', number>
}

/** SMTP_MAX_CONNECTIONS is not set, so it is the default. */
const connectionsOfOne = 10

async function signedUp(api: ApiClient) {
  await api.post('/api/auth/sign-up/email', {
    name: 'Kaja Vik',
    email: 'kaja@tidings.example',
    password: 'a long night',
  })
  return api
}

function guestList() {
  const rows = Array.from({ length: guests }, (_, n) => `Guest ${n},guest${n}@example.com,attending`)
  return ['name,email,rsvp_status', ...rows].join('\n')
}

async function deliveryRows(messageId: string) {
  const { rows } = await sql<{ rows: number }>`
    select count(*)::int as rows from message_deliveries where message_id = ${messageId}`.execute(stage.database.db)
  return rows[0]!.rows
}
