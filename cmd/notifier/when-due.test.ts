import { expect, onTestFinished, test } from 'vitest'
import { resend } from '../../api/providers/resend.ts'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startResendPeer } from '../../test/peers/resend-server.ts'
import { startSmtpPeer } from '../../test/peers/smtp-server.ts'

async function peer() {
  const server = await startSmtpPeer()
  onTestFinished(() => server.close())
  return server
}

test('without any hint a due message is found by the poll', async () => {
  const database = await cloneDatabase()
  const smtp = await peer()
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 2)
  await startNotifier(database, smtpTransport(smtp.url), { listens: false, pollIntervalMs: 100 })
  await eventually(async () => (await database.db.selectFrom('notifiers').select('id').execute()).length > 0)

  const { id } = await given.dueMessage(database.db, event.id)

  expect((await finished(database, id)).status).toBe('sent')
  expect(smtp.count).toBe(2)
})

test('without any hint a message of later leaves when its time comes, not at the poll after it', async () => {
  const database = await cloneDatabase()
  const smtp = await peer()
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 1)
  const { id } = await given.dueMessage(database.db, event.id, { sendAt: new Date(Date.now() + 1500) })
  await startNotifier(database, smtpTransport(smtp.url), { listens: false, pollIntervalMs: 600_000 })

  const message = await finished(database, id)

  expect(message.firedAt!.getTime()).toBeGreaterThanOrEqual(message.sendAt!.getTime())
  expect(smtp.count).toBe(1)
})

test('without any hint a provider that asked for a second is asked again after it, not at the next poll', async () => {
  const database = await cloneDatabase()
  const provider = await startResendPeer()
  onTestFinished(() => provider.close())
  const refusal = JSON.stringify({ name: 'rate_limit_exceeded', statusCode: 429, message: 'Too many requests.' })
  provider.plan({ doing: 'answer', status: 429, text: refusal, headers: { 'retry-after': '1' } })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 300)
  const { id } = await given.dueMessage(database.db, event.id)
  const key = { RESEND_API_KEY: provider.apiKey, RESEND_BASE_URL: provider.url }
  const transport = resend.open(resend.configure(key)!, () => {})
  await startNotifier(database, transport, { listens: false, pollIntervalMs: 600_000 })

  await finished(database, id)

  expect([provider.count, provider.doubled]).toEqual([300, []])
})

test('an audience of nobody ends as sent, with nothing in it', async () => {
  const database = await cloneDatabase()
  const smtp = await peer()
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 3)
  const { id } = await given.dueMessage(database.db, event.id, { audience: ['declined'] })

  await startNotifier(database, smtpTransport(smtp.url))
  const message = await finished(database, id)

  expect([message.status, message.total]).toEqual(['sent', 0])
  expect(smtp.count).toBe(0)
})

test('a message that was cancelled in the second in which it was due never leaves', async () => {
  const database = await cloneDatabase()
  const smtp = await peer()
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 3)
  const { id } = await given.dueMessage(database.db, event.id)
  const cancelled = { status: 'cancelled', cancelledAt: new Date(), endReason: 'host' } as const
  await database.db.updateTable('scheduledMessages').set(cancelled).where('id', '=', id).execute()
  const other = await given.dueMessage(database.db, event.id)

  await startNotifier(database, smtpTransport(smtp.url))
  await finished(database, other.id)

  expect(smtp.count).toBe(3)
  expect(smtp.mails.every((mail) => mail.messageId!.includes(other.id))).toBe(true)
})
