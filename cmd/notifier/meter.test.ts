import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startSmtpPeer } from '../../test/peers/smtp-server.ts'
import { createMeter } from './prometheus.ts'

test('a notifier counts what it marks, hands over and records, and tells nobody’s address', async () => {
  const database = await cloneDatabase()
  const smtp = await startSmtpPeer()
  onTestFinished(() => smtp.close())
  smtp.plan({ at: 'recipient', to: 'guest-3@example.com', reply: '550 5.1.1 no such user' })
  smtp.plan({ at: 'recipient', to: 'guest-4@example.com', reply: '451 4.2.0 later', times: 1 })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 30)
  await given.dueMessage(database.db, event.id)
  const registry = new Registry()

  const notifier = await startNotifier(database, smtpTransport(smtp.url), { meter: createMeter(registry) })
  // The one that waits for its second try keeps the message from being finished.
  await eventually(async () => smtp.count === 28)
  await notifier.stop()
  const text = await registry.metrics()

  const value = (line: string) => Number(new RegExp(`^${RegExp.escape(line)} (\\d+)$`, 'm').exec(text)?.[1])
  expect(value('tidings_recorded_total{outcome="accepted"}')).toBe(28)
  expect(value('tidings_recorded_total{outcome="failed"}')).toBe(1)
  expect(value('tidings_recorded_total{outcome="retried"}')).toBe(1)
  expect(value('tidings_provider_answers_total{answer="accepted"}')).toBe(28)
  expect(value('tidings_provider_answers_total{answer="rejected"}')).toBe(1)
  expect(value('tidings_provider_answers_total{answer="tryLater"}')).toBe(1)
  // After a "later" the line is left, and the mail that was marked for it is given back.
  const givenBack = value('tidings_recorded_total{outcome="given_back"}')
  expect(value('tidings_page_rows_sum{what="mark"}')).toBe(30 + givenBack)
  expect(value('tidings_page_rows_sum{what="record"}')).toBe(30 + givenBack)
  expect(value('tidings_double_send_detected_total')).toBe(0)
  expect(text).not.toContain('@')
})
