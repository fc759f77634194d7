import { expect, onTestFinished, test } from 'vitest'
import { ses } from '../../api/providers/ses.ts'
import { resend } from '../../api/providers/resend.ts'
import { blockAccount, closedAccounts, lookAgain } from '../../api/storage/account-blocks.ts'
import { announceDue } from '../../api/storage/messages.ts'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startResendPeer } from '../../test/peers/resend-server.ts'
import { sesFault, startSesPeer } from '../../test/peers/ses-server.ts'
import { startSmtpPeer, type SmtpPeerOptions } from '../../test/peers/smtp-server.ts'

async function place(guests: number, values: Parameters<typeof given.dueMessage>[2] = {}) {
  const database = await cloneDatabase()
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, guests)
  const { id } = await given.dueMessage(database.db, event.id, values)
  return { database, id }
}

async function smtpPeer(options: SmtpPeerOptions) {
  const peer = await startSmtpPeer(options)
  onTestFinished(() => peer.close())
  return peer
}

const messageOf = ({ db }: TestDatabase, id: string) =>
  db.selectFrom('scheduledMessages').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const paused = (database: TestDatabase, id: string) =>
  eventually(async () => {
    const message = await messageOf(database, id)
    return message.pausedAt && message
  })
const attempts = async ({ db }: TestDatabase) =>
  (await db.selectFrom('messageDeliveries').select('attempt').execute()).map(({ attempt }) => attempt)
/** As when a host says that it is mended: the time of the block is over at once. */
async function timePasses({ db }: TestDatabase, provider: string) {
  await lookAgain(db, provider)
  await announceDue(db)
}

test('a wrong password pauses the message with the server’s words and burns nobody; mended, it goes on by itself', async () => {
  const credentials = { user: 'tidings', password: 'changed by the relay' }
  const smtp = await smtpPeer({ credentials })
  const { database, id } = await place(20)

  await startNotifier(database, smtpTransport(smtp.url.replace('changed%20by%20the%20relay', 'secret')))
  const held = await paused(database, id)

  expect([held.status, held.pauseReason]).toEqual(['sending', 'misconfigured'])
  expect(held.pauseReply).toContain('535')
  expect(smtp.count).toBe(0)

  // Still wrong: it stays as it is, and no mail is risked to find out.
  await timePasses(database, 'smtp')
  await eventually(async () => (await closedAccounts(database.db))[0]?.kind === 'misconfigured')
  expect((await messageOf(database, id)).pausedAt).not.toBeNull()

  credentials.password = 'secret'
  await timePasses(database, 'smtp')
  const message = await finished(database, id)

  expect([message.status, message.pauseReason, message.pauseReply]).toEqual(['sent', null, null])
  expect([smtp.count, smtp.doubled]).toEqual([20, []])
  expect(new Set(await attempts(database))).toEqual(new Set([1]))
})

test('a new user with a new password is another account: what was paused for the old one goes on with it', async () => {
  const smtp = await smtpPeer({ credentials: { user: 'tidings', password: 'secret' } })
  const { database, id } = await place(20)
  const old = await startNotifier(database, smtpTransport(smtp.url.replace('tidings', 'somebody-gone')))
  await paused(database, id)
  await old.stop()

  await startNotifier(database, smtpTransport(smtp.url))
  const message = await finished(database, id)

  expect([message.status, message.pauseReason]).toEqual(['sent', null])
  expect([smtp.count, smtp.doubled]).toEqual([20, []])
})

test('an account that one replica finds open again is open to the other at once, which sleeps until the block would be over', async () => {
  const smtp = await smtpPeer({ latencyMs: 20 })
  const { database, id } = await place(300)
  const key = { account: smtpTransport(smtp.url).account, provider: 'smtp' }
  const away = { kind: 'away', reason: 'Nobody answers.', forMs: 600_000, failed: true } as const
  await blockAccount(database.db, key, away)
  let calls = 0
  const meter = { add() {}, page() {}, recorded() {}, answered: () => void (calls += 1) }
  await startNotifier(database, smtpTransport(smtp.url, 1), { unitSize: 20, meter })
  await eventually(async () => (await messageOf(database, id)).status === 'sending')

  await lookAgain(database.db, 'smtp')
  await startNotifier(database, smtpTransport(smtp.url, 1), { unitSize: 20 })
  await finished(database, id)

  expect(calls).toBeGreaterThan(0)
  expect([smtp.count, smtp.doubled]).toEqual([300, []])
})

test('a sender whose domain is not verified pauses the message; nothing of the batch is burnt', async () => {
  const peer = await startResendPeer()
  onTestFinished(() => peer.close())
  const refusal = { statusCode: 403, name: 'validation_error', message: 'The tidings.test domain is not verified.' }
  peer.plan({ doing: 'answer', status: 403, text: JSON.stringify(refusal) })
  const { database, id } = await place(30)
  const config = resend.configure({ RESEND_API_KEY: peer.apiKey, RESEND_BASE_URL: peer.url })!

  await startNotifier(
    database,
    resend.open(config, () => {}),
  )
  const held = await paused(database, id)
  await timePasses(database, 'resend')
  const message = await finished(database, id, 40_000)

  expect(held.pauseReply).toContain('not verified')
  expect(message.status).toBe('sent')
  expect([peer.count, peer.doubled]).toEqual([30, []])
  expect(new Set(await attempts(database))).toEqual(new Set([1]))
}, 60_000)

test('one guest’s server that speaks of relaying stops nobody else', async () => {
  const smtp = await smtpPeer({ latencyMs: 5 })
  smtp.plan({ at: 'recipient', to: 'guest-7@example.com', reply: '554 5.7.1 Relay access denied', times: 9 })
  const { database, id } = await place(40)

  await startNotifier(database, smtpTransport(smtp.url))
  await eventually(async () => smtp.count === 39)
  const row = await eventually(() =>
    database.db.selectFrom('messageDeliveries').selectAll().where('reason', 'is not', null).executeTakeFirst(),
  )

  expect((await messageOf(database, id)).pausedAt).toBeNull()
  expect([row.address, row.state]).toEqual(['guest-7@example.com', 'queued'])
  expect(row.reply).toContain('Relay access denied')
})

test('a line that is told to hang up rests; the others go on without a break', async () => {
  const smtp = await smtpPeer({ latencyMs: 10 })
  const { database } = await place(300)
  smtp.plan({ at: 'sender', reply: '421 4.7.0 Too many messages on this connection' })
  const startedAt = performance.now()

  await startNotifier(database, smtpTransport(smtp.url, 5))
  await eventually(async () => smtp.count >= 299, 30_000)

  expect(await closedAccounts(database.db)).toEqual([])
  // A minute is what the server asked of that one line.
  expect(performance.now() - startedAt).toBeLessThan(30_000)
})

const sesTransport = (peer: { url: string; accessKeyId: string }) => {
  const key = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: peer.accessKeyId, AWS_SECRET_ACCESS_KEY: 'secret' }
  return ses.open(ses.configure({ ...key, SES_ENDPOINT: peer.url })!, () => {})
}

test('a quota that is known to be used up costs no call, and goes on when some of it is free again', async () => {
  const peer = await startSesPeer()
  onTestFinished(() => peer.close())
  const quota = (sent: number) =>
    `<GetSendQuotaResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><GetSendQuotaResult><SentLast24Hours>${sent}</SentLast24Hours><Max24HourSend>200</Max24HourSend><MaxSendRate>50</MaxSendRate></GetSendQuotaResult></GetSendQuotaResponse>`
  peer.plan({ doing: 'answer', status: 200, text: quota(200), headers: { 'content-type': 'text/xml' } })
  const { database, id } = await place(10)

  await startNotifier(database, sesTransport(peer))
  const [closed] = await eventually(async () => {
    const accounts = await closedAccounts(database.db)
    return accounts.length > 0 && accounts
  })
  expect([closed!.kind, peer.count]).toEqual(['overQuota', 0])

  const over = { blockedUntil: new Date(), mailsLeftUntil: new Date() }
  await database.db.updateTable('rateBuckets').set(over).execute()
  await finished(database, id)

  expect([peer.count, peer.doubled]).toEqual([10, []])
})

test('a used-up quota holds what is left, and tells until when', async () => {
  const peer = await startSesPeer()
  onTestFinished(() => peer.close())
  peer.plan({ ...sesFault('Throttling', 'Daily message quota exceeded.'), body: 'SendRawEmail' })
  const env = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: peer.accessKeyId, AWS_SECRET_ACCESS_KEY: 'secret' }
  const { database, id } = await place(10)

  await startNotifier(
    database,
    ses.open(ses.configure({ ...env, SES_ENDPOINT: peer.url })!, () => {}),
  )
  const [closed] = await eventually(async () => {
    const accounts = await closedAccounts(database.db)
    return accounts.length > 0 && accounts
  })
  const heldAt = peer.count
  const left = await eventually(async () => {
    const units = await database.db.selectFrom('sendUnits').selectAll().execute()
    return units.length > 0 && units.every(({ leaseOwner }) => leaseOwner === null) && units
  })

  expect(closed).toMatchObject({ kind: 'overQuota', reply: expect.stringContaining('quota exceeded') })
  expect(closed!.until.getTime() - Date.now()).toBeGreaterThan(50 * 60_000)
  expect(heldAt).toBeLessThan(10)
  expect(left).toHaveLength(1)
  expect((await messageOf(database, id)).pausedAt).toBeNull()
})
