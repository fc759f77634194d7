import { afterAll, beforeAll, expect, test } from 'vitest'
import { appForTest, createTestApp, testConfig, type Somebody, type TestApp } from '../../../test/app.ts'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import * as given from '../../../test/given.ts'
import { finished, smtpTransport, startNotifier } from '../../../test/notifiers.ts'
import { startSmtpPeer } from '../../../test/peers/smtp-server.ts'
import { sendingMessage } from '../../../test/sending.ts'
import { fingerprintOf } from '../../domain/fingerprint.ts'
import type { Feedback } from '../../domain/feedback.ts'
import { describeProviders, pickProvider } from '../../providers/providers.ts'
import { applyFeedback } from '../../storage/apply-feedback.ts'
import { finishBackfill } from '../../storage/backfills.ts'
import { holdSending, releaseSending } from '../../storage/hold.ts'
import { storeFeedback } from '../../storage/inbox.ts'
import { registerNotifier, stopNotifier } from '../../storage/notifiers.ts'
import { readReceivedFeedback } from '../../storage/received-feedback.ts'

let at: TestApp
let database: TestDatabase
let operator: Somebody
let maren: Somebody
let peer: Awaited<ReturnType<typeof startSmtpPeer>>

/** Each is found in a body if it is there at all. */
const secrets = {
  smtpPassword: 'hunter2-smtp-password',
  resendKey: 're_verysecretresendkey',
  awsSecret: 'aws-secret-access-key-xyz',
  secretKey: 'the secret key of this test, thirty-two',
}

beforeAll(async () => {
  peer = await startSmtpPeer()
  database = await createTestDatabase()
  const relay = new URL(peer.url)
  const env = {
    SMTP_URL: `smtp://${relay.host}`,
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: secrets.awsSecret,
  }
  const picked = pickProvider(env)
  at = await createTestApp({
    database,
    secretKey: secrets.secretKey,
    provider: { ...picked, open: () => picked.open(() => {}) },
    providerSetups: describeProviders({
      ...env,
      RESEND_API_KEY: secrets.resendKey,
      SMTP_URL: `smtp://u:${secrets.smtpPassword}@${relay.host}`,
    }),
    resolveTxt: async (name) => (name.startsWith('_dmarc.') ? [['v=DMARC1; p=none']] : [['v=spf1 -all']]),
  })
  operator = await at.signUp('operator@example.com')
  maren = await at.signUp('maren@example.com')
})
afterAll(async () => {
  await at.close()
  await peer.close()
})

const identity = { host: 'box', pid: 7, version: '1.2.3', provider: 'smtp', providerAccount: 'smtp:relay' }
const paths = [
  '/operator/health',
  '/operator/notifiers',
  '/operator/providers',
  '/operator/webhooks',
  '/operator/backfill',
]

test('nobody but operators learns that there is an operator’s side', async () => {
  for (const path of paths) {
    expect((await maren.get(path)).status).toBe(404)
    expect((await at.stranger.get(path)).status).toBe(404)
  }
  expect((await maren.post('/operator/providers/test', {})).status).toBe(404)
  expect((await maren.post('/operator/backfill', {})).status).toBe(404)
  expect((await maren.delete('/operator/backfill')).status).toBe(404)
})

test('no body of the operator’s side has a secret in it', async () => {
  const bodies = await Promise.all(paths.map((path) => operator.get(path)))

  expect(bodies.map(({ status }) => status)).toEqual(paths.map(() => 200))
  for (const { text } of bodies) for (const secret of Object.values(secrets)) expect(text).not.toContain(secret)
})

test('health: who lives, what is due and since when, what waits, what is stuck, and the hold', async () => {
  const event = await given.event(at.db, { hostId: maren.userId })
  const { id: messageId } = await given.dueMessage(at.db, event.id, { sendAt: new Date(Date.now() - 600_000) })
  const { message } = await sendingMessage(at.db, event.id, 3)
  await at.db.updateTable('scheduledMessages').set({ provider: 'ses' }).where('id', '=', message.id).execute()
  const fingerprint = fingerprintOf({ ...testConfig, secretKey: 'another secret', account: 'smtp:relay' })
  const alive = await registerNotifier(at.db, { ...identity, fingerprint, eventApi: 'mailgun' })
  const dead = await registerNotifier(at.db, identity)
  await at.db
    .updateTable('notifiers')
    .set({ seenAt: new Date(Date.now() - 90_000) })
    .where('id', '=', dead.id)
    .execute()
  await holdSending(at.db, { reason: 'a backup', heldBy: 'root@box' })
  await storeFeedback(at.db, [report('lag', { messageId: message.id, seq: 1, generation: 1 })])

  const { body } = await operator.get('/operator/health')
  await releaseSending(at.db)
  const listed = await operator.get('/operator/notifiers')
  await at.db.deleteFrom('scheduledMessages').where('id', 'in', [messageId, message.id]).execute()
  await at.db.deleteFrom('messageDeliveries').execute()
  await at.db.deleteFrom('providerEvents').execute()
  await at.db.deleteFrom('notifiers').execute()

  expect(body).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    provider: { key: 'smtp', reason: 'SMTP_URL is set' },
    notifiers: { alive: 1 },
    due: { count: 1, lagSeconds: 0 },
    sending: { messages: 1, queued: 3, openUnits: 1, claimedUnits: 0, waitingUnits: 1 },
    hold: { reason: 'a backup', heldBy: 'root@box' },
    stranded: [{ provider: 'ses', messages: 1 }],
    inbox: { waiting: 1 },
    frequencyCap: null,
  })
  expect(body.due.oldestSeconds).toBeGreaterThanOrEqual(600)
  expect(body.stuck).toEqual([
    { reason: 'no_notifier', words: 'no live notifier has its provider', messages: 1 },
    { reason: 'overdue', words: 'due and not fired', messages: 1 },
  ])
  expect(body.notifiers.differingSettings).toContain('SECRET_KEY')
  expect(listed.body.items).toMatchObject([
    { id: alive.id, alive: true, version: '1.2.3', eventApi: 'mailgun', lastHeartbeatAt: expect.any(String) },
    { id: dead.id, alive: false, eventApi: null },
  ])
  expect(listed.body.items[1].lastHeartbeatSecondsAgo).toBeGreaterThanOrEqual(90)
})

test('providers: which are configured, which is picked and why, and what is wrong with the others', async () => {
  const { body } = await operator.get('/operator/providers')

  expect(body.picked).toMatchObject({ key: 'smtp', reason: 'SMTP_URL is set', from: 'Tidings <hello@tidings.test>' })
  expect(
    body.setups.map(({ key, configured, picked }: Record<string, unknown>) => ({ key, configured, picked })),
  ).toEqual([
    { key: 'resend', configured: true, picked: true },
    { key: 'smtp', configured: true, picked: false },
    { key: 'ses', configured: false, picked: false },
    { key: 'log', configured: true, picked: false },
  ])
  expect(body.setups[2].problem).toMatch(/^AWS_REGION is missing/)
})

test('a test says what the provider, its quota and the sender’s domain are worth, and a mail arrives', async () => {
  const event = await given.event(at.db, { hostId: operator.userId })
  const notifier = await startNotifier(database, smtpTransport(peer.url))

  const { status, body } = await operator.post('/operator/providers/test', { to: 'Inbox@Example.org' })
  const message = await finished(database, body.mail.messageId)
  await notifier.stop()

  expect(status).toBe(200)
  expect(body.checks).toEqual([
    { check: 'credentials', ok: true, words: 'SMTP knows this account.' },
    { check: 'quota', ok: null, words: 'SMTP cannot be asked for a quota.' },
    { check: 'domain', ok: true, words: expect.stringContaining('tidings.test has SPF and DMARC records') },
    { check: 'notifier', ok: true, words: 'One notifier is alive.' },
    { check: 'mail', ok: true, words: 'A mail to inbox@example.org is on its way.' },
  ])
  expect(body.mail).toMatchObject({ eventId: event.id, to: 'inbox@example.org' })
  expect(message).toMatchObject({ kind: 'test', status: 'sent' })
  expect(peer.mails.at(-1)).toMatchObject({ to: ['inbox@example.org'] })
  const audit = await at.db.selectFrom('auditLog').select('action').execute()
  expect(audit.map(({ action }) => action)).toContain('operator.testProvider')
})

test('without a notifier the mail waits and the answer says so; a wrong address is refused; three a minute are enough', async () => {
  const wrong = await operator.post('/operator/providers/test', { to: 'nobody' })
  const waits = await operator.post('/operator/providers/test', {})
  const tooMany = await operator.post('/operator/providers/test', {})

  expect(wrong).toMatchObject({ status: 422, body: { errors: [{ field: '/to' }] } })
  expect(waits.body.checks.slice(3)).toEqual([
    { check: 'notifier', ok: false, words: 'No notifier is alive: nothing leaves until one is started.' },
    { check: 'mail', ok: false, words: 'A mail to operator@example.com waits.' },
  ])
  expect(tooMany.status).toBe(429)
})

test('an operator without an event gets a draft for the mail, once; without a provider the answer says that nobody is reached', async () => {
  const fresh = await appForTest()
  const alone = await fresh.signUp('operator@example.com')

  const { body } = await alone.post('/operator/providers/test', {})
  const again = await alone.post('/operator/providers/test')

  const events = (await alone.get('/events')).body.items
  expect(events).toMatchObject([{ id: body.mail.eventId, status: 'draft', name: 'Test of sending' }])
  expect(again.body.mail.eventId).toBe(body.mail.eventId)
  expect(body.checks.slice(0, 3)).toEqual([
    { check: 'credentials', ok: false, words: expect.stringContaining('reach nobody') },
    { check: 'quota', ok: null, words: 'Log cannot be asked for a quota.' },
    { check: 'domain', ok: false, words: expect.stringContaining('no SPF and no DMARC') },
  ])
})

test('webhooks: when each provider was last heard, how much of it waits, and what nobody could place', async () => {
  const key = { messageId: '0198c5a2-7a10-7cc3-9b1f-00000000aaaa', seq: 1, generation: 1 }
  await storeFeedback(at.db, [report('a', key), report('b', key), { ...report('c', key), provider: 'resend' }])
  await storeFeedback(at.db, [{ ...report('d', key), provider: 'tidings' }])
  await applyFeedback(at.db, { shard: 1, only: { provider: 'ses', ids: ['a'] } })
  await at.db
    .updateTable('providerEvents')
    .set({ receivedAt: new Date(Date.now() - 7_200_000) })
    .where('provider', '=', 'resend')
    .execute()

  const { body } = await operator.get('/operator/webhooks')
  const newest = await readReceivedFeedback(at.db, 2)

  expect(body).toMatchObject({ complete: true, lookedAt: 100_000 })
  expect(body.items).toEqual([
    {
      ...{ provider: 'resend', label: 'Resend', receivedLastHour: 0, waiting: 1, unprocessableLastDay: 0 },
      ...{ lastReceivedAt: expect.any(String), oldestWaitingAt: expect.any(String) },
    },
    {
      ...{ provider: 'ses', label: 'Amazon SES', receivedLastHour: 2, waiting: 1, unprocessableLastDay: 1 },
      ...{ lastReceivedAt: expect.any(String), oldestWaitingAt: expect.any(String) },
    },
    expect.objectContaining({ provider: 'tidings', label: 'Tidings itself (opens and clicks)' }),
  ])
  // Those that are too far back to be looked at are still there.
  expect(newest.items.map(({ provider }) => provider)).toEqual(['resend', 'ses', 'tidings'])
})

test('a backfill is set, refused while one is under way, cancelled, and told', async () => {
  const interval = { begin: hoursAgo(5), end: hoursAgo(3) }
  const nobody = await operator.post('/operator/backfill', interval)
  const { id } = await registerNotifier(at.db, { ...identity, eventApi: 'mailgun' })

  const refusals = await Promise.all([
    operator.post('/operator/backfill', { ...interval, provider: 'resend' }),
    operator.post('/operator/backfill', { begin: interval.end, end: interval.begin }),
    operator.post('/operator/backfill', { begin: 'yesterday', end: interval.end }),
  ])
  const set = await operator.post('/operator/backfill', interval)
  const again = await operator.post('/operator/backfill', interval)
  const told = await operator.get('/operator/backfill')
  const cancelled = await operator.delete('/operator/backfill')
  const nothing = await operator.delete('/operator/backfill')
  const next = await operator.post('/operator/backfill', interval)
  const unfinished = await finishBackfill(at.db, next.body.id)
  await operator.delete('/operator/backfill')
  await stopNotifier(at.db, id)
  const without = await operator.get('/operator/backfill')

  expect(nobody).toMatchObject({ status: 422, body: { detail: expect.stringContaining('No notifier is alive') } })
  expect(refusals.map(({ status }) => status)).toEqual([422, 422, 422])
  expect(refusals[0]!.body.detail).toMatch(/replay .* in Resend's dashboard/)
  expect(refusals[2]!.body.errors).toMatchObject([{ field: '/begin' }])
  expect(set).toMatchObject({
    status: 201,
    body: { ...interval, state: 'waiting', requestedBy: operator.email, reached: [] },
  })
  expect(again).toMatchObject({ status: 409, body: { type: 'urn:tidings:problem:backfill-running' } })
  expect(told.body).toMatchObject({ backfill: { id: set.body.id }, possible: false, words: expect.any(String) })
  expect([cancelled.status, nothing.status, next.status]).toEqual([204, 404, 201])
  expect(unfinished).toBe(false)
  expect(without.body).toMatchObject({ backfill: { state: 'cancelled' }, possible: false })
})

function report(providerEventId: string, key: Pick<Feedback, 'messageId' | 'seq' | 'generation'>): Feedback {
  return { ...key, provider: 'ses', providerEventId, kind: 'delivered', happenedAt: new Date() }
}

function hoursAgo(hours: number): string {
  return new Date(Date.now() - hours * 3_600_000).toISOString()
}
