import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startSmtpPeer } from '../../test/peers/smtp-server.ts'

const guests = 500

/** Two notifiers then need four seconds for all, so that the hold comes in the middle however slowly its process starts. */
const latencyMs = 80

/** Longer than a poll and a mail take, so that whatever would still start has started. */
const aWhileMs = 800

test('after hold answers no mail starts, from whatever notifier; after release every guest gets theirs once', async () => {
  const database = await cloneDatabase({ connectionsMax: 20 })
  const smtp = await startSmtpPeer({ latencyMs })
  onTestFinished(() => smtp.close())
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, guests)
  const first = await given.dueMessage(database.db, event.id)
  for (let n = 0; n < 2; n++) await startNotifier(database, smtpTransport(smtp.url), { unitSize: 50 })
  await eventually(async () => smtp.count > 20)

  const held = await tidings(database.url, 'hold', '--reason', 'a look at the backup', '--json')
  const atAnswer = smtp.count
  await startNotifier(database, smtpTransport(smtp.url), { unitSize: 50 })
  const second = await given.dueMessage(database.db, event.id)
  await sleep(aWhileMs)

  expect(held).toMatchObject({ held: true, onTheWire: 0, seenByAll: true, reason: 'a look at the backup' })
  expect(atAnswer).toBeLessThan(guests)
  expect(smtp.count).toBe(atAnswer)
  expect(await statusOf(database, second.id)).toBe('scheduled')

  await tidings(database.url, 'release', '--json')
  await Promise.all([first, second].map(({ id }) => finished(database, id, 30_000)))

  expect(smtp.count).toBe(2 * guests)
  expect([...smtp.counts.values()].every((count) => count === 2)).toBe(true)
  const log = await database.db.selectFrom('auditLog').select('action').orderBy('id').execute()
  expect(log.map(({ action }) => action)).toEqual(['operator.hold', 'operator.release'])
})

test('a hold that is not waited out says how many mails may still arrive', async () => {
  const database = await cloneDatabase()
  const smtp = await startSmtpPeer({ latencyMs: 5000 })
  onTestFinished(() => smtp.close())
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 10)
  await given.dueMessage(database.db, event.id)
  await startNotifier(database, smtpTransport(smtp.url, 3))
  await eventually(async () => smtp.connections.now === 3)
  await eventually(() =>
    database.db.selectFrom('messageDeliveries').where('state', '=', 'wired').select('seq').executeTakeFirst(),
  )

  const held = await tidings(database.url, 'hold', '--wait', '0', '--json')

  expect(held.onTheWire).toBeGreaterThan(0)
  expect(held.onTheWire).toBeLessThanOrEqual(3)
})

async function statusOf({ db }: Awaited<ReturnType<typeof cloneDatabase>>, id: string) {
  const query = db.selectFrom('scheduledMessages').select('status').where('id', '=', id)
  return (await query.executeTakeFirstOrThrow()).status
}

function tidings(url: string, ...args: string[]): Promise<Record<string, unknown>> {
  const env = { ...process.env, DATABASE_URL: url }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['cmd/tidings/main.ts', ...args], { env }, (error, out) =>
      error ? reject(error) : resolve(JSON.parse(out)),
    )
  })
}
