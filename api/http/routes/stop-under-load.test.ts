import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { at, host as maren, shareAppWithHost } from '../../../test/hosted-app.ts'
import * as given from '../../../test/given.ts'
import { smtpTransport, startNotifier } from '../../../test/notifiers.ts'
import { startSmtpPeer } from '../../../test/peers/smtp-server.ts'

shareAppWithHost()

/** Seconds of sending, so that a stop comes in the middle however busy the machine is. */
const guests = 20_000

/** Stops a message in the middle and counts the mails that come after the host has read the answer. */
async function mailsAfterStop({ latencyMs, connections, discard = false }: Case) {
  const smtp = await startSmtpPeer({ latencyMs })
  const dinner = { name: 'Supper', localStart: '2099-06-01T18:00', timezone: 'Europe/Berlin' }
  const { body: event } = await maren.post('/events', dinner)
  await given.manyGuests(at.db, event.id, guests)
  const { id } = await given.dueMessage(at.db, event.id)
  const notifier = await startNotifier(at.database, smtpTransport(smtp.url, connections))
  while (smtp.count < 3 * connections) await sleep(10)

  const stopped = await maren.post(`/events/${event.id}/messages/${id}/stop`, { discard })
  const before = smtp.count
  await sleep(1500)
  const after = smtp.count - before
  const { counts } = (await maren.get(`/events/${event.id}/messages/${id}`)).body
  await notifier.stop()
  await smtp.close()
  return { status: stopped.status, before, after, counts }
}

type Case = { latencyMs: number; connections: number; discard?: boolean }

test.each([
  { latencyMs: 0, connections: 10 },
  { latencyMs: 0, connections: 10, discard: true },
  { latencyMs: 60, connections: 4 },
])('nothing comes after the answer to a stop from a server that answers in $latencyMs ms', async (server) => {
  const { status, before, after, counts } = await mailsAfterStop(server)

  expect(status).toBe(200)
  expect(before).toBeLessThan(guests)
  expect(after).toBe(0)
  expect(counts.sent).toBe(before)
})

test('from a slow server at most the mail of each connection comes after it', async () => {
  const { before, after, counts } = await mailsAfterStop({ latencyMs: 700, connections: 4 })

  expect(after).toBeLessThanOrEqual(4)
  expect(counts.sent).toBe(before + after)
})
