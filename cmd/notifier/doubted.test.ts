import { expect, onTestFinished, test } from 'vitest'
import { resendUnknown } from '../../api/storage/second-tries.ts'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startSmtpPeer } from '../../test/peers/smtp-server.ts'
import { expectSums } from '../../test/sums.ts'

test('a mail that was sent again because nobody knew, and is refused now, is unknown and not failed', async () => {
  const database = await cloneDatabase()
  const { db } = database
  const smtp = await startSmtpPeer()
  onTestFinished(() => smtp.close())
  smtp.plan({ at: 'dot', reply: '250 2.0.0 taken', afterMs: 1000 })
  const event = await given.event(db)
  await given.manyGuests(db, event.id, 1)
  const message = await given.dueMessage(db, event.id, { onAmbiguous: 'hold' })
  const row = () => db.selectFrom('messageDeliveries').selectAll().executeTakeFirstOrThrow()
  await startNotifier(database, smtpTransport(smtp.url, 1), { pollIntervalMs: 200 })
  await eventually(async () => smtp.connections.now > 0 && (await row()).state === 'wired')
  await new Promise((resolve) => setTimeout(resolve, 300)) // the bytes are out, and the answer is on its way
  smtp.dropConnections()
  await finished(database, message.id)
  expect((await row()).state).toBe('unknown')

  smtp.plan({ at: 'recipient', reply: '550 5.7.1 not from you' })
  const tries = { message, guests: 'all', expiresAt: new Date('2099-06-01') } as const
  await db.transaction().execute((tx) => resendUnknown(tx, tries))
  await eventually(async () => (await row()).generation === 2 && !['queued', 'wired'].includes((await row()).state))

  expect(await row()).toMatchObject({
    state: 'unknown',
    reason: expect.stringContaining('An earlier try may have been sent'),
  })
  expect(await expectSums(db, message.id)).toEqual({ unknown: 1 })
})
