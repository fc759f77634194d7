import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  confirmation,
  notification,
  post,
  snsTopic,
  startSnsPeer,
  type Post,
  type SnsPeer,
} from '../../test/peers/sns-server.ts'
import { ConfigurationError } from './provider.ts'
import { openSesWebhook, sesWebhook } from './ses-webhook.ts'
import type { OpenWebhook } from './webhook.ts'

const messageId = '0190f3c2-5b1a-7c3e-9f10-2a4b6c8d0e1f'
const host = 'https://sns.eu-west-1.amazonaws.com'
const happened = '2026-01-02T03:04:05.000Z'
/** Of events that have no time of their own. */
const sentAt = new Date('2026-01-02T03:00:00.000Z')

let sns: SnsPeer
let webhook: OpenWebhook
beforeAll(async () => (sns = await startSnsPeer()))
afterAll(() => sns.close())
beforeEach(() => {
  sns.asked.length = 0
  webhook = openSesWebhook({ topics: [snsTopic] }, sns.fetch)
})

const read = ({ body, headers }: Post, now = new Date()) => webhook.read({ body: Buffer.from(body), headers, now })

function event(eventType: string, about: object, mail: object = {}): string {
  const field = eventType === 'Rendering Failure' ? 'failure' : eventType[0]!.toLowerCase() + eventType.slice(1)
  const tags = { 'ses:from-domain': ['tidings.test'], delivery: [`${messageId}_7_2`] }
  const common = {
    timestamp: '2026-01-02T03:00:00.000Z',
    messageId: 'ses-4711',
    destination: ['ada@example.com'],
    tags,
  }
  return JSON.stringify({ eventType, mail: { ...common, ...mail }, [field]: about })
}

describe('what an event says', () => {
  const recipient = { emailAddress: 'ada@example.com', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 nobody' }
  const bounce = (bounceType: string, changes: object = {}) => ({
    ...{ bounceType, bounceSubType: 'General', timestamp: happened },
    bouncedRecipients: [{ ...recipient, ...changes }],
  })
  const kinds: [type: string, about: object, expected: object][] = [
    ['Send', {}, { kind: 'sent', happenedAt: sentAt }],
    ['Delivery', { timestamp: happened, recipients: ['ada@example.com'] }, { kind: 'delivered' }],
    ['Bounce', bounce('Permanent'), { kind: 'bounced', bounceClass: 'permanent', detail: 'smtp; 550 5.1.1 nobody' }],
    ['Bounce', bounce('Transient', { status: '4.2.2' }), { kind: 'bounced', bounceClass: 'transient' }],
    ['Bounce', bounce('Undetermined'), { kind: 'bounced', bounceClass: 'undetermined' }],
    ['Bounce', bounce('Permanent', { status: '5.7.26' }), { kind: 'bounced', bounceClass: 'undetermined' }],
    [
      'Complaint',
      {
        timestamp: happened,
        complainedRecipients: [{ emailAddress: 'ada@example.com' }],
        complaintFeedbackType: 'abuse',
      },
      { kind: 'complained', detail: 'abuse' },
    ],
    [
      'Open',
      { timestamp: happened, userAgent: 'Mozilla/5.0' },
      { kind: 'opened', machine: expect.stringContaining('Apple') },
    ],
    [
      'Click',
      { timestamp: happened, userAgent: 'Mozilla/5.0 (X11) Firefox/128.0' },
      { kind: 'clicked', machine: undefined },
    ],
    [
      'Reject',
      { reason: 'Bad content' },
      {
        kind: 'bounced',
        bounceClass: 'undetermined',
        detail: expect.stringContaining('Bad content'),
        happenedAt: sentAt,
      },
    ],
    [
      'Rendering Failure',
      { errorMessage: 'no name', templateName: 't' },
      { kind: 'bounced', bounceClass: 'undetermined', detail: expect.stringContaining('no name'), happenedAt: sentAt },
    ],
    [
      'DeliveryDelay',
      { timestamp: happened, delayType: 'MailboxFull', delayedRecipients: [{ emailAddress: 'ada@example.com' }] },
      { kind: 'delayed' },
    ],
    ['Subscription', { timestamp: happened, newTopicPreferences: { unsubscribeAll: true } }, { kind: 'unsubscribed' }],
  ]

  test.each(kinds)('%s %j', async (type, about, expected) => {
    const reading = await read(notification(event(type, about), { MessageId: 'sns-1' }))

    expect(reading).toMatchObject({ kind: 'reports', foreign: 0, reports: [expect.anything()] })
    expect(reading).toMatchObject({
      reports: [
        {
          ...{ messageId, seq: 7, generation: 2, provider: 'ses', providerEventId: 'sns-1' },
          ...{ providerMessageId: 'ses-4711', address: 'ada@example.com', happenedAt: new Date(happened) },
          ...expected,
        },
      ],
    })
  })

  test('of a mail to several only those bounced whom the event names, each under a name of its own', async () => {
    const destination = ['ada@example.com', 'bo@example.com', 'cy@example.com']
    const bouncedRecipients = [{ emailAddress: 'ada@example.com' }, { emailAddress: 'bo@example.com' }]

    const reading = await read(
      notification(event('Bounce', { bounceType: 'Permanent', bouncedRecipients }, { destination }), {
        MessageId: 'sns-1',
      }),
    )

    expect(reading).toMatchObject({
      reports: [
        { address: 'ada@example.com', providerEventId: 'sns-1/ada@example.com' },
        { address: 'bo@example.com', providerEventId: 'sns-1/bo@example.com' },
      ],
    })
  })

  test.each([
    [
      'of another program in the account',
      event('Delivery', { recipients: ['a@b.example'] }, { tags: { campaign: ['7'] } }),
    ],
    [
      'of a type that says nothing of a mail',
      event('Subscription', { newTopicPreferences: { unsubscribeAll: false } }),
    ],
    ['of a type that is not invented yet', event('Teleported', {})],
    ['that SES tries a destination out with', 'Successfully validated SNS topic for Amazon SES event publishing.'],
    ['without event publishing, which knows no tags', JSON.stringify({ notificationType: 'Bounce', mail: {} })],
  ])('an event %s is acknowledged and not ours', async (_what, text) => {
    expect(await read(notification(text))).toEqual({ kind: 'reports', reports: [], foreign: 1 })
  })
})

describe('the signature', () => {
  const text = event('Delivery', { timestamp: happened, recipients: ['ada@example.com'] })
  const changed = (changes: Record<string, string | undefined>, from = notification(text)) =>
    post({ ...JSON.parse(from.body), ...changes })
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
  const certificate = (name: string) => ({ SigningCertURL: `${host}/SimpleNotificationService-${name}.pem` })

  test.each(['1', '2'])('of version %s is good, with and without a subject', async (SignatureVersion) => {
    expect(await read(notification(text, { SignatureVersion }))).toMatchObject({ kind: 'reports', foreign: 0 })
    expect(await read(notification(text, { SignatureVersion, Subject: 'Hello' }))).toMatchObject({ foreign: 0 })
  })

  test('fetches each certificate once', async () => {
    await Promise.all([read(notification(text)), read(notification(text))])
    await read(notification(text))

    expect(sns.asked).toEqual(['/SimpleNotificationService-0a1b2c.pem'])
  })

  test.each<[string, () => Post]>([
    ['a word of its text was changed', () => changed({ Message: text.replace('ada@', 'eve@') })],
    ['its subject was added later', () => changed({ Subject: 'Hello' })],
    ['its id was changed, to be counted twice', () => changed({ MessageId: 'another' })],
    ['it says that it was signed otherwise', () => changed({ SignatureVersion: '1' })],
    ['nobody knows how it was signed', () => notification(text, { SignatureVersion: '3' })],
    ['it is not signed', () => changed({ Signature: '' })],
    ['it has no signature', () => changed({ Signature: undefined })],
    ['it is two hours old', () => notification(text, { Timestamp: hoursAgo(2) })],
    ['it is of the next hour', () => notification(text, { Timestamp: hoursAgo(-1) })],
    ['its time is none', () => notification(text, { Timestamp: 'yesterday' })],
    ['its certificate has ended', () => notification(text, certificate('expired'))],
    [
      'its certificate is of somebody whose name begins like that of SNS',
      () => notification(text, certificate('foreign')),
    ],
    ['its certificate is none', () => notification(text, certificate('none'))],
  ])('is forged when %s', async (_what, made) => {
    expect(await read(made())).toMatchObject({ kind: 'forged' })
  })

  const strangeAddresses = [
    'https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-0a1b2c.pem',
    'https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-0a1b2c.pem',
    'https://evil.example/sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem',
    'https://user:password@sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem',
    'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0a1b2c.pem',
    'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem?x=1',
    'https://sns.eu-west-1.amazonaws.com/x/../evil/SimpleNotificationService-0a1b2c.pem',
    'https://sns.eu-west-1.amazonaws.com/evil.pem',
    'https://mysns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem',
    'https://evil.s3.amazonaws.com/SimpleNotificationService-0a1b2c.pem',
    'https://169.254.169.254/SimpleNotificationService-0a1b2c.pem',
    'file:///etc/ssl/SimpleNotificationService-0a1b2c.pem',
    '',
  ]
  test.each(strangeAddresses)('with its certificate at %s is forged, and nobody is asked', async (SigningCertURL) => {
    expect(await read(notification(text, { SigningCertURL }))).toMatchObject({ kind: 'forged' })
    expect(sns.asked).toEqual([])
  })

  test.each(['missing', 'moved', 'huge'])('cannot be checked just now with a certificate that is %s', async (name) => {
    expect(await read(notification(text, certificate(name)))).toMatchObject({ kind: 'tryLater' })
    expect(sns.asked).toEqual([`/SimpleNotificationService-${name}.pem`])
  })

  test('a certificate that could not be had is asked for again, but not at once', async () => {
    const missing = notification(text, certificate('missing'))
    await read(missing)
    await read(missing)
    const askedAtOnce = sns.asked.length
    await read(missing, new Date(Date.now() + 30_000))

    expect([askedAtOnce, sns.asked.length]).toEqual([1, 2])
  })

  test('whoever names one certificate after the other makes us ask for forty at once, and then for two a second', async () => {
    const now = new Date()
    for (let n = 0; n < 60; n++) await read(notification(text, certificate(`x${n}`)), now)
    const atOnce = sns.asked.length
    for (let n = 60; n < 120; n++) await read(notification(text, certificate(`x${n}`)), new Date(now.getTime() + 2000))

    expect([atOnce, sns.asked.length]).toEqual([40, 44])
  })

  test('a certificate that has verified a message works through such a flood, also when it is to be fetched again', async () => {
    const now = new Date()
    const tomorrow = new Date(now.getTime() + 25 * 3_600_000)
    const flood = async (at: Date) => {
      for (let n = 0; n < 60; n++) await read(notification(text, certificate(`x${n}`)), at)
    }
    const good = (at: Date) => notification(text, { Timestamp: at.toISOString() })
    await read(good(now), now)

    await flood(now)
    const during = await read(good(now), now)
    await flood(tomorrow)
    const dayLater = await read(good(tomorrow), tomorrow)

    expect([during.kind, dayLater.kind]).toEqual(['reports', 'reports'])
    expect(sns.asked.filter((path) => path.includes('0a1b2c'))).toHaveLength(2)
  })

  test('one that nobody has seen yet is asked for as soon as its turn comes, whatever failed before it', async () => {
    const now = new Date()
    for (let n = 0; n < 60; n++) await read(notification(text, certificate(`x${n}`)), now)

    const atOnce = await read(notification(text), now)
    const soon = await read(notification(text), new Date(now.getTime() + 500))

    expect([atOnce.kind, soon.kind]).toEqual(['tryLater', 'reports'])
  })

  test('a clock that is set back keeps nobody waiting until it is there again', async () => {
    const [later, now] = [new Date(), new Date(Date.now() - 1_800_000)]
    for (let n = 0; n < 60; n++) await read(notification(text, certificate(`x${n}`)), later)

    const reading = await read(notification(text, { Timestamp: now.toISOString() }), now)

    expect(reading.kind).toBe('reports')
  })

  test('another topic of Amazon’s own is not believed, and nobody is asked', async () => {
    const TopicArn = 'arn:aws:sns:eu-west-1:999999999999:mine'
    const honest = notification(text, { TopicArn })
    const hidden = { ...honest, headers: notification(text).headers }

    expect(await read(honest)).toMatchObject({ kind: 'forged' })
    expect(await read(hidden)).toMatchObject({ kind: 'forged' })
    expect(sns.asked).toEqual([])
  })
})

describe('a subscription', () => {
  test('to a topic of ours is confirmed where SNS is', async () => {
    const reading = await read(confirmation())

    expect(reading).toMatchObject({ kind: 'confirmSubscription', topic: snsTopic })
    expect(sns.asked).toEqual(['/SimpleNotificationService-0a1b2c.pem'])
    expect(reading.kind === 'confirmSubscription' && (await reading.confirm())).toBe('ok')
    expect(sns.asked[1]).toMatch(/^\/\?Action=ConfirmSubscription&TopicArn=arn%3Aaws/)
  })

  test.each([
    ['elsewhere', 'https://evil.example/?Action=ConfirmSubscription'],
    ['inside our own network', 'http://169.254.169.254/?Action=ConfirmSubscription'],
    [
      'to another topic',
      `${host}/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:999999999999:mine&Token=a`,
    ],
    ['by another action', `${host}/?Action=DeleteTopic&TopicArn=${encodeURIComponent(snsTopic)}`],
  ])('that is confirmed %s is not', async (_where, SubscribeURL) => {
    expect(await read(confirmation({ SubscribeURL }))).toMatchObject({ kind: 'forged' })
  })

  test('to a topic that is none of ours is refused, and nobody is asked', async () => {
    expect(await read(confirmation({ TopicArn: 'arn:aws:sns:eu-west-1:999999999999:mine' }))).toMatchObject({
      kind: 'forged',
    })
    expect(sns.asked).toEqual([])
  })

  test('that has ended is told to the operator', async () => {
    expect(await read(confirmation({}, 'UnsubscribeConfirmation'))).toMatchObject({ kind: 'noted' })
  })
})

test('no bytes make it throw, signed or not', async () => {
  const strange = fc.record({
    eventType: fc.constantFrom('Send', 'Bounce', 'Delivery', 'Open', 'Click', 'Complaint', 'Subscription', 'Reject'),
    mail: fc.record({
      tags: fc.constant({ delivery: [`${messageId}_1_1`] }),
      destination: fc.jsonValue(),
      messageId: fc.jsonValue(),
    }),
    ...{ bounce: fc.jsonValue(), delivery: fc.jsonValue(), open: fc.jsonValue(), complaint: fc.jsonValue() },
  })
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        strange.map((value) => JSON.stringify(value)),
        fc.json(),
        fc.string(),
      ),
      async (text) => {
        expect((await read(notification(text))).kind).toBe('reports')
      },
    ),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        fc.json().map((text) => Buffer.from(text)),
      ),
      async (body) => {
        const reading = await webhook.read({ body, headers: { 'x-amz-sns-topic-arn': snsTopic }, now: new Date() })
        expect(['malformed', 'forged']).toContain(reading.kind)
      },
    ),
  )
})

test.each(['tidings', 'arn:aws:sqs:eu-west-1:123456789012:tidings', `${snsTopic},everything`])(
  'SNS_TOPIC_ARNS %j stops the start',
  (SNS_TOPIC_ARNS) => {
    expect(() => sesWebhook.configure({ SNS_TOPIC_ARNS })).toThrow(ConfigurationError)
  },
)

test('SNS_TOPIC_ARNS may name several topics, in any of Amazon’s partitions', () => {
  const china = 'arn:aws-cn:sns:cn-north-1:123456789012:tidings'

  expect(sesWebhook.configure({ SNS_TOPIC_ARNS: `${snsTopic}, ${china}` })).toEqual({ topics: [snsTopic, china] })
  expect(sesWebhook.configure({ SNS_TOPIC_ARNS: ' ' })).toBeUndefined()
})
