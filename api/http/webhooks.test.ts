import { createHmac } from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import { bounceMail } from '../../test/peers/bounces.ts'
import { resendEvent, resendSecret, signedPost, type SignedPost } from '../../test/peers/resend-events.ts'
import { startResendPeer } from '../../test/peers/resend-server.ts'
import { sendOne } from '../../test/peers/sending.ts'
import { startSesPeer } from '../../test/peers/ses-server.ts'
import { someMail } from '../../test/peers/some-mail.ts'
import { confirmation, notification, snsTopic, startSnsPeer } from '../../test/peers/sns-server.ts'
import { appForTest, type TestApp } from '../../test/app.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import { openSesWebhook } from '../providers/ses-webhook.ts'
import { readReturnPaths } from '../providers/smtp/return-path.ts'
import { pickProvider } from '../providers/providers.ts'
import { openWebhooks } from '../providers/webhooks.ts'
import { applyFeedback } from '../storage/apply-feedback.ts'
import { openDatabase } from '../storage/database.ts'
import { listen } from '../storage/listen.ts'
import { feedbackChannel } from '../storage/inbox.ts'

const env = {
  RESEND_WEBHOOK_SECRET: resendSecret,
  SMTP_WEBHOOK_SECRET: resendSecret,
  SMTP_BOUNCE_ADDRESS: 'bounces@mail.example.org',
  SECRET_KEY: 'a secret of at least thirty-two characters',
}

/** The app with all three webhooks open, and what was counted of them. */
async function listening() {
  const sns = await startSnsPeer()
  onTestFinished(() => sns.close())
  const figures: Record<string, number> = {}
  const count = (provider: string, outcome: string, n: number) => {
    figures[`${provider} ${outcome}`] = (figures[`${provider} ${outcome}`] ?? 0) + n
  }
  const readers = new Map([...openWebhooks(env), ['ses', openSesWebhook({ topics: [snsTopic] }, sns.fetch)] as const])
  const at = await appForTest({ webhooks: { readers, count } })
  return { ...at, sns, figures, tell: (provider: string, post: SignedPost) => tell(at, provider, post) }
}

const tell = ({ stranger }: TestApp, provider: string, { body, headers }: SignedPost) =>
  stranger.send('POST', `/webhooks/${provider}`, { payload: Buffer.from(body), headers })

/** Three guests who were all reached; the provider calls their mails p-1, p-2 and p-3. */
async function threeMails({ db }: TestApp) {
  const { message } = await finishedMessage(db, ['accepted', 'accepted', 'accepted'])
  const mail = (seq: number) => ({
    id: `p-${seq}`,
    to: [`guest-${seq}@example.com`],
    tags: { delivery: `${message.id}_${seq}_1` },
  })
  return { message, mail }
}

const counters = async ({ db }: TestApp) => {
  const sums = ['delivered', 'opened', 'openedMachine', 'clicked', 'bounced', 'complained', 'unsubscribed'] as const
  const [row] = await db
    .selectFrom('messageCounters')
    .select((eb) => sums.map((sum) => eb.fn.sum<number>(sum).as(sum)))
    .execute()
  return Object.fromEntries(
    Object.entries(row!)
      .filter(([, sum]) => Number(sum) > 0)
      .map(([sum, n]) => [sum, Number(n)]),
  )
}
const inbox = ({ db }: TestApp) => db.selectFrom('providerEvents').selectAll().orderBy('id').execute()

test('what a provider reports moves the facts and the counters, once, however often it is told and applied', async () => {
  const at = await listening()
  const { mail } = await threeMails(at)
  const events = [
    resendEvent('email.sent', mail(1)),
    resendEvent('email.delivered', mail(1)),
    resendEvent('email.opened', mail(1)),
    resendEvent('email.bounced', mail(2)),
    resendEvent('email.complained', mail(3)),
  ].map((event) => signedPost(event))

  const told = await Promise.all(events.map((event) => at.tell('resend', event)))
  const repeated = await Promise.all(events.map((event) => at.tell('resend', event)))
  const applied = await applyFeedback(at.db, { shard: 1 })
  const again = await applyFeedback(at.db, { shard: 1 })

  expect(told.map(({ status, body }) => [status, body])).toEqual(
    events.map(() => [200, { stored: 1, duplicates: 0, foreign: 0 }]),
  )
  expect(repeated.map(({ status, body }) => [status, body])).toEqual(
    events.map(() => [200, { stored: 0, duplicates: 1, foreign: 0 }]),
  )
  expect(applied).toMatchObject({
    taken: 5,
    moved: { delivered: 1, opened: 1, bounced: 1, complained: 1 },
    unprocessable: 0,
  })
  expect(again).toMatchObject({ taken: 0, moved: {} })
  expect(await counters(at)).toEqual({ delivered: 1, opened: 1, bounced: 1, complained: 1 })
  expect(at.figures).toEqual({ 'resend stored': 5, 'resend duplicate': 5 })
  const rows = await at.db.selectFrom('messageDeliveries').selectAll().orderBy('seq').execute()
  expect(rows[0]!.deliveredAt).toBeInstanceOf(Date)
  expect(rows[1]).toMatchObject({ bounceClass: 'permanent', bounceText: '550 5.1.1 No such user here' })
})

test('SES by way of SNS, and a bounce mail, come to the same', async () => {
  const at = await listening()
  const { message, mail } = await threeMails(at)
  const bounced = {
    bounceType: 'Permanent',
    timestamp: new Date().toISOString(),
    bouncedRecipients: [{ emailAddress: mail(1).to[0] }],
  }
  const about = { messageId: 'p-1', destination: mail(1).to, tags: { delivery: [`${message.id}_1_1`] } }
  const returnPath = readReturnPaths(env)!.of(`${message.id}_2_1`)!

  const ses = await at.tell('ses', notification(JSON.stringify({ eventType: 'Bounce', mail: about, bounce: bounced })))
  const smtp = await at.tell('smtp', signedPost(bounceMail({ returnPath, to: mail(2).to[0] })))
  const applied = await applyFeedback(at.db, { shard: 1 })

  const kept = { stored: 1, duplicates: 0, foreign: 0 }
  expect([ses.body, smtp.body]).toEqual([kept, kept])
  expect(applied).toMatchObject({ moved: { bounced: 2 }, unprocessable: 0 })
  expect(await counters(at)).toEqual({ bounced: 2 })
})

test('forged requests are refused alike, store nothing and leak nothing', async () => {
  const at = await listening()
  const { mail } = await threeMails(at)
  const good = signedPost(resendEvent('email.complained', mail(1)))
  const asked = [
    ['resend', { ...good, body: good.body.replace('p-1', 'p-2') }],
    ['resend', { ...good, body: JSON.stringify(JSON.parse(good.body), null, 2) }],
    ['resend', { ...good, headers: {} }],
    ['resend', { body: '{"half":', headers: good.headers }],
    ['resend', signedPost(good.body, { at: new Date(Date.now() - 360_000) })],
    ['smtp', { ...good, body: 'From: x' }],
    ['ses', { ...good, headers: { 'x-amz-sns-topic-arn': snsTopic.replace('123456789012', '999999999999') } }],
  ] as const

  const replies = await Promise.all(asked.map(([provider, post]) => at.tell(provider, post as SignedPost)))

  expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(replies[0]!.status).toBe(401)
  expect(replies[0]!.body).toEqual({
    type: 'urn:tidings:problem:not-signed',
    title: 'The signature of this request is not as it should be',
    status: 401,
  })
  expect(String(replies[0]!.headers['content-type'])).toContain('application/problem+json')
  expect(await inbox(at)).toEqual([])
  expect(at.figures).toEqual({ 'resend forged': 5, 'smtp forged': 1, 'ses forged': 1 })
})

test('what is signed and not about a mail of ours is acknowledged and not stored', async () => {
  const at = await listening()
  const { mail } = await threeMails(at)

  const strange = await at.tell(
    'resend',
    signedPost(resendEvent('email.delivered', { ...mail(1), tags: { shop: 'x' } })),
  )
  const newType = await at.tell('resend', signedPost(resendEvent('email.teleported', mail(1))))

  const acknowledged = { status: 200, body: { stored: 0, duplicates: 0, foreign: 1 } }
  expect([strange, newType]).toMatchObject([acknowledged, acknowledged])
  expect(await inbox(at)).toEqual([])
})

test('a report of another host’s mail, of an unknown one, or of another address moves nothing, and nobody can tell by the answer', async () => {
  const at = await listening()
  const { mail } = await threeMails(at)
  const unknown = { ...mail(1), tags: { delivery: '01985f3c-0000-7000-8000-000000000000_1_1' } }
  const elsewhere = { ...mail(1), to: ['somebody@else.example'] }
  const otherMail = { ...mail(1), id: 'p-2' }

  const posts = [unknown, elsewhere, otherMail].map((about) => signedPost(resendEvent('email.complained', about)))
  const replies = await Promise.all(posts.map((post) => at.tell('resend', post)))
  const applied = await applyFeedback(at.db, { shard: 1 })

  expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(applied).toMatchObject({ taken: 3, unprocessable: 3, moved: {} })
  expect(await counters(at)).toEqual({})
  expect(await at.db.selectFrom('suppressions').selectAll().execute()).toEqual([])
})

test('a script, a NUL and half a megabyte in a reason are kept as text, and cut', async () => {
  const at = await listening()
  const { mail } = await threeMails(at)
  const message = `<script>alert(1)</script>\0\u202E${'x'.repeat(500_000)}`

  const reply = await at.tell(
    'resend',
    signedPost(resendEvent('email.bounced', mail(1), { bounce: { type: 'Permanent', message } })),
  )
  await applyFeedback(at.db, { shard: 1 })

  expect(reply.status).toBe(200)
  const row = await at.db.selectFrom('messageDeliveries').selectAll().where('seq', '=', 1).executeTakeFirstOrThrow()
  expect(row.bounceText).toMatch(/^<script>alert\(1\)<\/script>\uFFFD\u202Ex+$/)
  expect(row.bounceText).toHaveLength(2000)
})

test('signed and no JSON is a bad request, and larger than a megabyte is too large', async () => {
  const at = await listening()

  const broken = await at.tell('resend', signedPost('{"type":'))
  const large = await at.tell('resend', signedPost(`{"type":"${'x'.repeat(1_000_000)}"}`))

  expect([broken.status, large.status]).toEqual([400, 413])
  expect(broken.body).toMatchObject({ type: 'urn:tidings:problem:bad-request' })
})

test('where nobody listens there is nothing', async () => {
  const at = await appForTest({ webhooks: { readers: openWebhooks({ RESEND_WEBHOOK_SECRET: resendSecret }) } })
  const good = signedPost(resendEvent('email.delivered', aMail))

  const statuses = await Promise.all(
    ['ses', 'smtp', 'log', 'pigeon', 'constructor'].map((name) => tell(at, name, good)),
  )

  expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
  expect((await tell(at, 'resend', good)).status).toBe(200)
})

test('the servers of the tests report of the mails that they took, over HTTP', async () => {
  const at = await listening()
  const address = await at.app.listen({ port: 0, host: '127.0.0.1' })
  const [resend, ses] = [await startResendPeer(), await startSesPeer()]
  onTestFinished(() => resend.close())
  onTestFinished(() => ses.close())
  const asResend = pickProvider({ RESEND_API_KEY: resend.apiKey, RESEND_BASE_URL: resend.url })
  const keys = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: ses.accessKeyId, AWS_SECRET_ACCESS_KEY: 's' }
  const asSes = pickProvider({ ...keys, SES_ENDPOINT: ses.url })
  for (const picked of [asResend, asSes]) {
    const transport = picked.open(() => {})
    onTestFinished(() => transport.close())
    await sendOne(transport, someMail({ seq: 7 }))
  }

  const answers = [
    await resend.events.deliver(`${address}/webhooks/resend`, 'email.delivered', resend.mails[0]!),
    await ses.events.deliver(`${address}/webhooks/ses`, 'Delivery', ses.mails[0]!),
  ]

  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  const about = { seq: 7, kind: 'delivered', address: 'guest7@example.com' }
  expect(await inbox(at)).toMatchObject([
    { ...about, provider: 'resend', providerMessageId: resend.mails[0]!.id },
    { ...about, provider: 'ses', providerMessageId: ses.mails[0]!.id },
  ])
})

test('a subscription to a topic of ours is confirmed once it is verified', async () => {
  const at = await listening()

  const reply = await at.tell('ses', confirmation())

  expect([reply.status, reply.body]).toEqual([200, { stored: 0, duplicates: 0, foreign: 0 }])
  expect(at.sns.asked[1]).toContain('Action=ConfirmSubscription')
  expect(at.figures).toEqual({ 'ses confirmSubscription': 1 })
})

test('a certificate that cannot be had now is asked for again by whoever comes again', async () => {
  const at = await listening()
  const address = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-missing.pem'

  const reply = await at.tell('ses', notification('{}', { SigningCertURL: address }))

  expect([reply.status, reply.headers['retry-after']]).toEqual([503, '20'])
})

test('nobody is told that a report is kept which the database did not keep', async () => {
  const at = await listening()
  const { mail } = await threeMails(at)
  const post = signedPost(resendEvent('email.delivered', mail(1)))
  await at.database.pool.query('alter table provider_events rename to elsewhere')

  const failed = await at.tell('resend', post)
  await at.database.pool.query('alter table elsewhere rename to provider_events')
  const later = await at.tell('resend', post)

  expect([failed.status, later.status]).toEqual([500, 200])
  expect(later.body).toEqual({ stored: 1, duplicates: 0, foreign: 0 })
})

test('without a database a report is not taken, and comes again', async () => {
  const away = openDatabase({ connectionString: 'postgres://nobody@127.0.0.1:9/nothing' })
  const readers = openWebhooks(env)
  const database = { ...away, url: '', drop: away.close }
  const at = await appForTest({ database, webhooks: { readers } })

  const reply = await tell(at, 'resend', signedPost(resendEvent('email.delivered', aMail)))

  expect(reply.status).toBe(503)
})

const aMail = { id: 'p', to: ['ada@example.com'], tags: { delivery: '01985f3c-0000-7000-8000-000000000000_1_1' } }
const hundred = (poisonAt?: number) =>
  Array.from({ length: 100 }, (_, n) =>
    signedPost(resendEvent('email.delivered', aMail), { id: n === poisonAt ? 'poison' : `msg_${n}` }),
  )

test('a hundred reports at once are few statements', async () => {
  const at = await listening()
  const connect = vi.spyOn(at.database.pool, 'connect')

  const replies = await Promise.all(hundred().map((post) => at.tell('resend', post)))

  expect(replies.map(({ body }) => body.stored)).toEqual(Array(100).fill(1))
  expect(connect.mock.calls.length).toBeLessThan(30)
})

test('one report that the database does not take keeps no other out', async () => {
  const at = await listening()
  await at.database.pool.query(`alter table provider_events add check (provider_event_id <> 'poison')`)

  const replies = await Promise.all(hundred(50).map((post) => at.tell('resend', post)))

  expect(replies.filter(({ status }) => status === 200)).toHaveLength(99)
  expect(replies[50]!.status).toBe(500)
  expect(await inbox(at)).toHaveLength(99)
})

test('the same report told twice in one moment is new once', async () => {
  const at = await listening()
  const { mail } = await threeMails(at)
  const post = signedPost(resendEvent('email.delivered', mail(1)))

  const replies = await Promise.all(Array.from({ length: 20 }, () => at.tell('resend', post)))

  expect(replies.reduce((sum, { body }) => sum + body.stored, 0)).toBe(1)
  expect(replies.reduce((sum, { body }) => sum + body.duplicates, 0)).toBe(19)
  expect(await inbox(at)).toHaveLength(1)
})

test('a notifier is woken, and not for every report', async () => {
  const at = await listening()
  const { mail } = await threeMails(at)
  let hints = 0
  const end = listen(at.database.url, { [feedbackChannel]: () => (hints += 1) })
  onTestFinished(end)
  await expect.poll(() => hints).toBe(1)
  const startedAt = performance.now()

  for (let n = 0; n < 100; n++)
    await at.tell('resend', signedPost(resendEvent('email.delivered', mail(1)), { id: `msg_${n}` }))
  const tookMs = performance.now() - startedAt

  await expect.poll(() => hints).toBeGreaterThan(1)
  expect(hints - 1).toBeLessThanOrEqual(Math.ceil(tookMs / 20) + 2)
})

test('a key made of the secret’s text instead of its bytes fits nothing', async () => {
  const at = await listening()
  const { body, headers } = signedPost(resendEvent('email.delivered', aMail))
  const text = `${headers['svix-id']}.${headers['svix-timestamp']}.${body}`
  const signature = `v1,${createHmac('sha256', resendSecret).update(text).digest('base64')}`

  expect((await at.tell('resend', { body, headers: { ...headers, 'svix-signature': signature } })).status).toBe(401)
})
