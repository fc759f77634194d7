import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { resendEvent, resendSecret, signedPost, type SignedPost } from '../../test/peers/resend-events.ts'
import { ConfigurationError } from './provider.ts'
import { resendWebhook } from './resend-webhook.ts'
import type { Reading } from './webhook.ts'

const now = new Date('2027-03-14T12:00:00Z')
const messageId = '0190f3c2-5b1a-7c3e-9f10-2a4b6c8d0e1f'
const mail = { id: 're-4711', to: ['Ada@Example.com'], tags: { delivery: `${messageId}_7_2`, other: 'x' } }
const body = resendEvent('email.delivered', mail, {}, now)

const otherSecret = `whsec_${Buffer.from('the secret that comes after the last').toString('base64')}`

function read({ body: text, headers }: SignedPost, at = now, secret = resendSecret) {
  const config = resendWebhook.configure({ RESEND_WEBHOOK_SECRET: secret })!
  return resendWebhook.open(config).read({ body: Buffer.from(text), headers, now: at }) as Reading
}
const event = (type: string, more: object = {}, about: object = mail) =>
  read(signedPost(resendEvent(type, { ...mail, ...about }, more, now), { at: now, id: 'msg_1' }))
const reportIn = (reading: Reading) => {
  if (reading.kind !== 'reports') throw new Error(`${reading.kind}: ${JSON.stringify(reading)}`)
  return reading.reports[0]
}

describe('what an event says', () => {
  const kinds: [type: string, more: object, expected: object][] = [
    ['email.sent', {}, { kind: 'sent' }],
    ['email.delivered', {}, { kind: 'delivered' }],
    ['email.delivery_delayed', {}, { kind: 'delayed' }],
    ['email.complained', {}, { kind: 'complained' }],
    ['email.opened', {}, { kind: 'opened' }],
    ['email.bounced', {}, { kind: 'bounced', bounceClass: 'permanent', detail: '550 5.1.1 No such user here' }],
    [
      'email.bounced',
      { bounce: { type: 'Transient', subType: 'MailboxFull', message: 'Full' } },
      { kind: 'bounced', bounceClass: 'transient', detail: 'Full' },
    ],
    [
      'email.bounced',
      { bounce: { type: 'Permanent', message: '550 5.7.26 Unauthenticated mail is prohibited' } },
      { kind: 'bounced', bounceClass: 'undetermined' },
    ],
    ['email.bounced', { bounce: { type: 'constructor' } }, { kind: 'bounced', bounceClass: 'undetermined' }],
    ['email.bounced', { bounce: null }, { kind: 'bounced', bounceClass: 'undetermined', detail: undefined }],
    [
      'email.failed',
      {},
      { kind: 'bounced', bounceClass: 'undetermined', detail: expect.stringContaining('reached_daily_quota') },
    ],
    [
      'email.suppressed',
      {},
      { kind: 'bounced', bounceClass: 'permanent', detail: expect.stringContaining('suppression list') },
    ],
    [
      'email.clicked',
      { click: { timestamp: '2027-03-14T11:59:59Z', userAgent: 'BarracudaCentral', ipAddress: '203.0.113.7' } },
      { kind: 'clicked', machine: expect.stringContaining('Barracuda'), happenedAt: new Date('2027-03-14T11:59:59Z') },
    ],
  ]

  test.each(kinds)('%s %j', (type, more, expected) => {
    expect(reportIn(event(type, more))).toMatchObject({
      ...{ messageId, seq: 7, generation: 2, provider: 'resend', providerEventId: 'msg_1' },
      ...{ providerMessageId: 're-4711', address: 'Ada@Example.com', happenedAt: expect.any(Date) },
      ...expected,
    })
  })

  test('a person who clicks is no machine', () => {
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'

    expect(
      reportIn(event('email.clicked', { click: { timestamp: now.toISOString(), userAgent } }))!.machine,
    ).toBeUndefined()
  })

  test('tags may come as the list that was sent', () => {
    const tags = [{ name: 'delivery', value: `${messageId}_7_2` }]

    expect(reportIn(event('email.delivered', {}, { tags }))).toMatchObject({ messageId, seq: 7 })
  })

  test('several recipients are one row, and nobody can say which of them is meant', () => {
    const reading = event('email.delivered', {}, { to: ['a@example.com', 'b@example.com'] })

    expect(reading).toMatchObject({ reports: [{ address: undefined }] })
  })

  test.each([
    ['an address with its name', ['Ada <ada@example.com>'], 'ada@example.com'],
    ['an address on its own', 'ada@example.com', 'ada@example.com'],
    ['no address at all', 42, undefined],
  ])('%s', (_what, to, address) => {
    expect(reportIn(event('email.delivered', { to }))!.address).toBe(address)
  })

  test.each([
    ['of another program on the same account', 'email.delivered', { tags: { campaign: '7' } }],
    ['with a tag that is none of ours', 'email.delivered', { tags: { delivery: '7' } }],
    ['without tags', 'email.delivered', { tags: undefined }],
    ['about a contact', 'contact.created', {}],
    ['of a type that is not invented yet', 'email.teleported', {}],
    ['of a type that every object has', 'constructor', {}],
  ])('an event %s is acknowledged and not ours', (_what, type, about) => {
    expect(event(type, {}, about)).toEqual({ kind: 'reports', reports: [], foreign: 1 })
  })

  test.each(['', 'null', '[]', '"email.sent"', '{"type":', body.slice(0, -20)])('signed and no event: %j', (text) => {
    expect(read(signedPost(text, { at: now }))).toMatchObject({ kind: 'malformed' })
  })

  test('a reason of a megabyte is cut, and a script in it stays text', () => {
    const message = `<script>alert(1)</script>\0${'x'.repeat(1_000_000)}`

    const { detail } = reportIn(event('email.bounced', { bounce: { type: 'Permanent', message } }))!

    expect(detail).toHaveLength(2000)
    expect(detail).toMatch(/^<script>/)
  })

  test.each(['tomorrow', '0001-01-01T00:00:00Z', '+275760-09-13T00:00:00Z', '2027-03-14T13:00:00Z', 7, null])(
    'a time that cannot be true (%j) is now',
    (at) => {
      const text = JSON.stringify({ ...JSON.parse(body), created_at: at })

      expect(reportIn(read(signedPost(text, { at: now })))!.happenedAt).toEqual(now)
    },
  )
})

describe('the signature', () => {
  const good = signedPost(body, { at: now })
  const signatureOf = ({ headers }: SignedPost) => headers['svix-signature']!
  const withHeaders = (changes: Record<string, string | undefined>): SignedPost => {
    const headers = Object.entries({ ...good.headers, ...changes }).filter(([, value]) => value !== undefined)
    return { body, headers: Object.fromEntries(headers) as Record<string, string> }
  }
  const minutes = (count: number) => new Date(now.getTime() + count * 60_000)

  test.each([
    ['by Svix, as Resend sends it', good],
    ['under the names of the standard', signedPost(body, { at: now, names: 'webhook' })],
    [
      'among others, while a secret is replaced',
      withHeaders({ 'svix-signature': `v1,AAAA v1a,x ${signatureOf(good)}` }),
    ],
    ['four minutes ago', signedPost(body, { at: minutes(-4) })],
    ['by a clock that is four minutes ahead', signedPost(body, { at: minutes(4) })],
  ])('is good when made %s', (_how, post) => {
    expect(read(post).kind).toBe('reports')
  })

  test('of either secret is good while one replaces the other, and of the old one no longer', () => {
    const withNew = signedPost(body, { at: now, secret: otherSecret })

    expect(read(good, now, `${resendSecret}, ${otherSecret}`).kind).toBe('reports')
    expect(read(withNew, now, `${resendSecret}, ${otherSecret}`).kind).toBe('reports')
    expect(read(good, now, otherSecret).kind).toBe('forged')
  })

  test.each<[string, SignedPost]>([
    ['made with another secret', signedPost(body, { at: now, secret: otherSecret })],
    ['six minutes old', signedPost(body, { at: minutes(-6) })],
    ['six minutes ahead', signedPost(body, { at: minutes(6) })],
    ['of a body that was written again', { ...good, body: JSON.stringify(JSON.parse(body), null, 1) }],
    ['of a body with one byte changed', { ...good, body: body.replace('re-4711', 're-4712') }],
    ['of a body that was cut', { ...good, body: body.slice(0, -1) }],
    ['of a body with a byte more', { ...good, body: `${body}\n` }],
    ['of another id', withHeaders({ 'svix-id': 'msg_another' })],
    ['of another time', withHeaders({ 'svix-timestamp': String(now.getTime() / 1000 + 1) })],
    ['of another version', withHeaders({ 'svix-signature': signatureOf(good).replace('v1,', 'v2,') })],
    ['without its version', withHeaders({ 'svix-signature': signatureOf(good).replace('v1,', '') })],
    ['cut', withHeaders({ 'svix-signature': signatureOf(good).slice(0, -1) })],
    ['empty', withHeaders({ 'svix-signature': 'v1,' })],
    ['missing', withHeaders({ 'svix-signature': undefined })],
    ['without an id', withHeaders({ 'svix-id': undefined })],
    ['without a time', withHeaders({ 'svix-timestamp': undefined })],
    ['with a time that is none', withHeaders({ 'svix-timestamp': 'NaN' })],
    ['with a time that is hardly one', withHeaders({ 'svix-timestamp': `${now.getTime() / 1000}.0` })],
    ['with an id of a megabyte', withHeaders({ 'svix-id': 'x'.repeat(1_000_000) })],
    ['behind sixteen that are wrong', withHeaders({ 'svix-signature': `${'v1,AA '.repeat(16)}${signatureOf(good)}` })],
  ])('is forged when it is %s', (_what, post) => {
    expect(read(post)).toMatchObject({ kind: 'forged' })
  })

  test('is judged by the bytes, and not by a text that some decoder made of them', () => {
    const valid = signedPost('{"type":"\uFFFD"}', { at: now })
    const config = resendWebhook.configure({ RESEND_WEBHOOK_SECRET: resendSecret })!
    const bytes = Buffer.from([...Buffer.from('{"type":"'), 0xff, ...Buffer.from('"}')])

    const reading = resendWebhook.open(config).read({ body: bytes, headers: valid.headers, now })

    // The decoder of the reference library makes the same text of both.
    expect(new Webhook(resendSecret).sign(valid.headers['svix-id']!, now, bytes.toString())).toBe(signatureOf(valid))
    expect(reading).toMatchObject({ kind: 'forged' })
  })

  test('whatever the library of the standard signs is good', () => {
    fc.assert(
      fc.property(fc.json(), fc.stringMatching(/^[!-~]{1,60}$/), (text, id) => {
        expect(read(signedPost(text, { id, at: now })).kind).not.toBe('forged')
      }),
    )
  })
})

test('no bytes make it throw, signed or not', () => {
  const config = resendWebhook.configure({ RESEND_WEBHOOK_SECRET: resendSecret })!
  const { read: readIt } = resendWebhook.open(config)
  const type = fc.constantFrom('email.bounced', 'email.clicked', 'email.failed', 'email.suppressed', 'email.opened')
  const tags = fc.oneof(fc.constant({ delivery: `${messageId}_1_1` }), fc.jsonValue())
  const data = fc.record({
    bounce: fc.jsonValue(),
    click: fc.jsonValue(),
    to: fc.jsonValue(),
    tags,
    email_id: fc.jsonValue(),
  })
  const strange = fc.record({ type, data, created_at: fc.jsonValue() }).map((value) => JSON.stringify(value))
  fc.assert(
    fc.property(fc.oneof(strange, fc.json(), fc.string()), (text) => {
      const { headers } = signedPost(text, { at: now })
      readIt({ body: Buffer.from(text), headers, now })
    }),
  )
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.dictionary(fc.constantFrom('svix-id', 'svix-timestamp', 'svix-signature'), fc.string()),
      (bytes, headers) => {
        expect(readIt({ body: Buffer.from(bytes), headers, now })).toMatchObject({ kind: 'forged' })
      },
    ),
  )
  // An object that cannot be made a string.
  expect(event('email.clicked', { click: { timestamp: { toString: 1, valueOf: 1 }, userAgent: {} } }).kind).toBe(
    'reports',
  )
})

test.each(['tell-nobody', 'whsec_AAAA', 'whsec_not base64 at all, really', `${resendSecret},short`])(
  'RESEND_WEBHOOK_SECRET %j stops the start with a line that does not repeat it',
  (RESEND_WEBHOOK_SECRET) => {
    const configure = () => resendWebhook.configure({ RESEND_WEBHOOK_SECRET })

    expect(configure).toThrow(ConfigurationError)
    expect(configure).toThrow(/^RESEND_WEBHOOK_SECRET must be a secret such as whsec_/)
    expect(configure).not.toThrow(RESEND_WEBHOOK_SECRET)
  },
)

test('a secret of any length signs as the standard has it', () => {
  for (const length of [16, 63, 64, 65, 200]) {
    const secret = `whsec_${Buffer.alloc(length, 'x').toString('base64')}`

    expect(read(signedPost(body, { at: now, secret }), now, secret).kind).toBe('reports')
  }
})
