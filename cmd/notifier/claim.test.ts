import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startSmtpPeer } from '../../test/peers/smtp-server.ts'
import { countPrepared } from '../../test/prepared.ts'
import { announceDue } from '../../api/storage/messages.ts'
import { fullTurnEveryMs } from './loop.ts'

async function slowServer() {
  const server = await startSmtpPeer({ latencyMs: 80 })
  onTestFinished(() => server.close())
  return server
}

test('while the last mails leave and nothing else is to be had, only each full turn asks for more', async () => {
  const database = await cloneDatabase()
  const claims = countPrepared(database, /^claim_units$/)
  const smtp = await slowServer()
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 200)
  const { id } = await given.dueMessage(database.db, event.id)

  const startedAt = Date.now()
  await startNotifier(database, smtpTransport(smtp.url))
  await finished(database, id, 30_000)
  const fullTurns = (Date.now() - startedAt) / fullTurnEveryMs

  expect(smtp.count).toBe(200)
  expect(claims()).toBeGreaterThan(0)
  // Each turn may ask twice: every eighth claim looks at what is less urgent first.
  expect(claims()).toBeLessThan(fullTurns * 1.5 + 4)
})

test('what comes due while the last mails leave is begun at once', async () => {
  const database = await cloneDatabase()
  const smtp = await slowServer()
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 200)
  const { id } = await given.dueMessage(database.db, event.id)
  await startNotifier(database, smtpTransport(smtp.url))
  await eventually(async () => smtp.count > 20)

  const other = await given.event(database.db)
  await given.manyGuests(database.db, other.id, 1, () => ({ email: 'late@example.com' }))
  const late = await given.dueMessage(database.db, other.id)
  await announceDue(database.db)
  await finished(database, late.id, 30_000)

  const order = smtp.mails.map(({ to }) => to[0])
  expect(order.indexOf('late@example.com')).toBeLessThan(150)
  await finished(database, id, 30_000)
  expect(smtp.count).toBe(201)
})
