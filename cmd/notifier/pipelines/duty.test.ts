import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { readMailgunConfig } from '../../../api/providers/mailgun-config.ts'
import { openMailgunEvents } from '../../../api/providers/mailgun-events.ts'
import { cloneDatabase } from '../../../test/database.ts'
import * as given from '../../../test/given.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../../test/notifiers.ts'
import { mailgunEvent, startMailgunPeer } from '../../../test/peers/mailgun-server.ts'
import { startSmtpPeer } from '../../../test/peers/smtp-server.ts'
import { systemClock } from '../clock.ts'
import { pollEvents } from './duty.ts'

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)

test('a mail that left by SMTP is known as delivered and opened from what its relay tells of its Message-ID', async () => {
  const database = await cloneDatabase()
  const smtp = await startSmtpPeer()
  const mailgun = await startMailgunPeer()
  onTestFinished(async () => void (await Promise.all([smtp.close(), mailgun.close()])))
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 1)
  const { id } = await given.dueMessage(database.db, event.id)
  await startNotifier(database, smtpTransport(smtp.url))
  await finished(database, id)
  const { messageId, to } = smtp.mails[0]!
  const mail = { messageId: messageId!.replace(/^<|>$/g, ''), recipient: to[0]! }
  mailgun.add(mailgunEvent('delivered', minutesAgo(3), mail), mailgunEvent('opened', minutesAgo(2), mail))

  const { db } = database
  const api = openMailgunEvents(readMailgunConfig(mailgun.env)!)
  const end = pollEvents({ db, shard: 1, api, log: pino({ level: 'silent' }), clock: systemClock })
  onTestFinished(end)

  const row = await eventually(() =>
    db.selectFrom('messageDeliveries').selectAll().where('deliveredAt', 'is not', null).executeTakeFirst(),
  )
  expect(row).toMatchObject({ state: 'accepted', openedAt: expect.any(Date), openedMachineAt: null })
  // Nothing that a server does not expect went with the mail.
  expect(JSON.stringify(smtp.mails[0])).not.toMatch(/x-mailgun/i)
})

test('whoever stops while a provider is silent does not wait for it, and another replica may go on at once', async () => {
  const { db } = await cloneDatabase()
  const mailgun = await startMailgunPeer()
  onTestFinished(() => mailgun.close())
  mailgun.plan({ doing: 'hang', times: 10 })
  const api = openMailgunEvents(readMailgunConfig(mailgun.env)!)

  const end = pollEvents({ db, shard: 1, api, log: pino({ level: 'silent' }), clock: systemClock })
  await eventually(async () => mailgun.requests.length > 0)
  await end()

  const run = await db.selectFrom('pipelineRuns').selectAll().executeTakeFirstOrThrow()
  expect(run).toMatchObject({ runId: null, problem: null })
  expect(run.nextAt.getTime()).toBeLessThanOrEqual(Date.now() + 1000)
})
