import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bounceMail, complaintMail } from '../../../test/peers/bounces.ts'
import type { Reading } from '../webhook.ts'
import { readReportMail } from './read-report.ts'
import { readReturnPaths } from './return-path.ts'

const now = new Date('2026-03-14T12:00:00Z')
const messageId = '0190f3c2-5b1a-7c3e-9f10-2a4b6c8d0e1f'
const tag = `${messageId}_7_2`
const row = { messageId, seq: 7, generation: 2 }
const ourId = `<${messageId}.7.2@tidings.test>`
const paths = readReturnPaths({
  SMTP_BOUNCE_ADDRESS: 'bounces@mail.example.org',
  SECRET_KEY: 'a secret of at least thirty-two characters',
})!
const returnPath = paths.of(tag)!
const nothing: Reading = { kind: 'reports', reports: [], foreign: 1 }

const read = (mail: string | Uint8Array, given: typeof paths | undefined = paths) =>
  readReportMail(Buffer.from(mail as string), { paths: given, now })
const readWithoutPaths = (mail: string) => readReportMail(Buffer.from(mail), { paths: undefined, now })

describe('a status report to a return path of ours', () => {
  test('names its row, and what the server said', () => {
    expect(read(bounceMail({ returnPath }))).toEqual({
      kind: 'reports',
      foreign: 0,
      reports: [
        {
          ...row,
          ...{ provider: 'smtp', kind: 'bounced', bounceClass: 'permanent', detail: '550 5.1.1 No such user here' },
          ...{ address: 'ada@example.com', happenedAt: new Date('2026-01-02T03:04:06Z') },
          providerEventId: expect.stringMatching(/^[\w-]{43}$/),
        },
      ],
    })
  })

  const classes: [status: string, said: string, bounceClass: string][] = [
    ['5.1.1', 'smtp; 550 5.1.1 nobody', 'permanent'],
    ['5.2.1', 'smtp; 550 disabled', 'permanent'],
    ['5.2.2', 'smtp; 552 5.2.2 full', 'transient'],
    ['4.4.7', 'smtp; 421 timed out', 'transient'],
    ['5.7.26', 'smtp; 550 5.7.26 not authenticated', 'undetermined'],
    ['5.0.0', 'smtp; 550 5.7.1 rejected by policy', 'undetermined'],
    ['', 'something happened', 'undetermined'],
  ]
  test.each(classes)('of status %j and words %j', (status, said, bounceClass) => {
    expect(read(bounceMail({ returnPath, status, said }))).toMatchObject({
      reports: [{ kind: 'bounced', bounceClass }],
    })
  })

  test('of success says that it was delivered', () => {
    const reading = read(bounceMail({ returnPath, action: 'delivered', status: '2.0.0', said: 'smtp; 250 ok' }))

    expect(reading).toMatchObject({ reports: [{ ...row, kind: 'delivered' }] })
  })

  test.each(['delayed', 'relayed', 'expanded', 'constructor', ''])('of the action %j says nothing', (action) => {
    expect(read(bounceMail({ returnPath, action, status: '4.0.0' }))).toEqual(nothing)
  })

  test('may come in the words of RFC 3461 alone, with the name of the mail', () => {
    const reading = readWithoutPaths(bounceMail({ envelopeId: tag }))

    expect(reading).toMatchObject({ reports: [{ ...row, address: 'ada@example.com' }] })
  })

  test('keeps the address that was written to, whatever it was forwarded to', () => {
    const mail = bounceMail({ returnPath, to: 'ada@private.example', original: 'rfc822;ada+2Blist@example.com' })

    expect(read(mail)).toMatchObject({ reports: [{ address: 'ada+list@example.com' }] })
  })

  test('is the same report when it is brought again by another way', () => {
    const mail = bounceMail({ returnPath })
    const again = `Received: from elsewhere by mx; Fri, 02 Jan 2026 03:09:00 +0000\r\n${mail}`
    const [first, second, other] = [mail, again, bounceMail({ returnPath, id: '<report-2@mx.example.com>' })].map(
      (each) => {
        const reading = read(each)
        return reading.kind === 'reports' ? reading.reports[0]!.providerEventId : undefined
      },
    )

    expect(second).toBe(first)
    expect(other).not.toBe(first)
  })

  test('may be encoded, wrapped in another multipart, and end its lines as files do', () => {
    const mail = bounceMail({ returnPath })
    const status = /Reporting-MTA[\s\S]*?here\r\n/.exec(mail)![0]
    const encoded = mail.replace(
      `Content-Type: message/delivery-status\r\n\r\n${status}`,
      `Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(status).toString('base64')}\r\n`,
    )
    const wrapped = `To: x@y.example\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n${mail}\r\n--outer--\r\n`

    expect(encoded).not.toBe(mail)
    for (const each of [encoded, wrapped, mail.replaceAll('\r\n', '\n')])
      expect(read(each)).toMatchObject({ reports: [{ ...row, bounceClass: 'permanent' }] })
  })

  test('of many members of a list is one report, and the gravest of them', () => {
    const groups = [4, 5, 4].map(
      (n) => `\r\nFinal-Recipient: rfc822; m${n}@list.example\r\nAction: failed\r\nStatus: ${n}.1.1\r\n`,
    )
    const mail = bounceMail({ returnPath }).replace(/\r\nFinal-Recipient[\s\S]*?here\r\n/, groups.join(''))

    expect(read(mail)).toMatchObject({ reports: [{ bounceClass: 'permanent' }] })
    expect((read(mail) as { reports: unknown[] }).reports).toHaveLength(1)
  })
})

describe('a report that only names its row', () => {
  test.each([
    ['by the Message-ID of the mail that came back', { messageId: ourId }],
    ['by the whole mail that came back', { messageId: ourId, returned: 'message/rfc822' }],
    ['by the name of the envelope', { envelopeId: tag }],
  ])('%s has to name its address too, and gives no address up', (_how, names) => {
    const reading = readWithoutPaths(bounceMail({ ...names, original: undefined }))

    expect(reading).toMatchObject({ reports: [{ ...row, address: 'ada@example.com', bounceClass: 'undetermined' }] })
  })

  test('and no address says nothing', () => {
    const mail = bounceMail({ messageId: ourId, original: undefined, to: '' })

    expect(readWithoutPaths(mail)).toEqual(nothing)
  })

  test('with a return path that somebody made up gives no address up', () => {
    const forged = returnPath.replace(/\+../, '+zz')

    expect(read(bounceMail({ returnPath: forged, messageId: ourId }))).toMatchObject({
      reports: [{ bounceClass: 'undetermined', address: 'ada@example.com' }],
    })
    expect(read(bounceMail({ returnPath: forged }))).toEqual(nothing)
  })
})

describe('a complaint', () => {
  test('about a mail with a return path of ours is one, whoever hides who complained', () => {
    const reading = read(complaintMail({ returnPath, to: 'redacted@mailbox.example' }))

    expect(reading).toMatchObject({ reports: [{ ...row, kind: 'complained', address: undefined }] })
  })

  test.each(['abuse', 'opt-out'])(
    'that only names its mail is none: any guest could send one for another (%s)',
    (type) => {
      const mail = complaintMail({ messageId: ourId, type })

      expect(readWithoutPaths(mail)).toEqual(nothing)
      expect(read(mail)).toEqual(nothing)
    },
  )

  test.each(['not-spam', 'auth-failure', 'virus', 'other', 'constructor'])('of the type %s is none', (type) => {
    expect(read(complaintMail({ returnPath, type }))).toEqual(nothing)
  })

  test('of the type opt-out unsubscribes', () => {
    expect(read(complaintMail({ returnPath, type: 'opt-out' }))).toMatchObject({ reports: [{ kind: 'unsubscribed' }] })
  })
})

describe('a mail that is no report', () => {
  const letter = (headers: Record<string, string>, text = 'Sorry.\n\n550 no such mailbox\n\n--- the mail ---') =>
    `${Object.entries({ To: returnPath, 'Message-ID': '<1@x>', ...headers })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n${text}`

  test.each([
    ['from a daemon', { From: 'MAILER-DAEMON@old.example', Subject: 'failure notice' }],
    [
      'of an old Exim',
      { From: 'Mail Delivery System <x@y.example>', Subject: 'Mail delivery failed', 'Auto-Submitted': 'auto-replied' },
    ],
    [
      'that names whom it did not reach',
      { From: 'x@y.example', Subject: 'Oh', 'X-Failed-Recipients': 'ada@example.com' },
    ],
    ['whose subject says it', { From: 'x@y.example', Subject: 'Undeliverable: See you on Friday' }],
  ])('%s is a bounce in its own words', (_what, headers) => {
    expect(read(letter(headers))).toMatchObject({
      reports: [
        {
          ...row,
          kind: 'bounced',
          bounceClass: 'undetermined',
          detail: expect.stringMatching(/^Sorry\. 550 no such mailbox/),
        },
      ],
    })
  })

  test.each([
    ['a vacation’s answer', { From: 'ada@example.com', Subject: 'Out of office', 'Auto-Submitted': 'auto-replied' }],
    [
      'one that quotes a failure',
      { From: 'ada@example.com', Subject: 'Automatic reply: Undeliverable', 'Auto-Submitted': 'auto-replied' },
    ],
    ['a person who answers', { From: 'ada@example.com', Subject: 'Re: See you on Friday' }],
    ['a warning that it is late', { From: 'MAILER-DAEMON@old.example', Subject: 'Warning: message delayed 24 hours' }],
    [
      'something that a machine wrote',
      { From: 'x@y.example', Subject: 'Your ticket', 'Auto-Submitted': 'auto-generated' },
    ],
  ])('%s says nothing', (_what, headers) => {
    expect(read(letter(headers))).toEqual(nothing)
  })

  test('a bounce in its own words to an address that we have not signed says nothing', () => {
    expect(
      read(letter({ From: 'MAILER-DAEMON@x.example', Subject: 'failure notice', To: 'bounces@mail.example.org' })),
    ).toEqual(nothing)
  })
})

test.each(['', '\r\n\r\n', 'hello', '\0\0\0'])('%j is no mail', (text) => {
  expect(read(text)).toMatchObject({ kind: 'malformed' })
})

test('a reason of a megabyte is cut, and a script and a NUL in it are text', () => {
  const said = `smtp; 550 <script>alert(1)</script>\0${'x'.repeat(2_000_000)}`

  const reading = read(bounceMail({ returnPath, said }))

  expect(reading).toMatchObject({ reports: [{ kind: 'bounced', detail: expect.stringMatching(/^550 <script>/) }] })
  expect((reading as { reports: { detail: string }[] }).reports[0]!.detail.length).toBeLessThanOrEqual(2000)
})

test('a mail that was cut anywhere is read as far as it goes, and no byte makes it throw', () => {
  const mail = bounceMail({ returnPath })
  const kinds = ['reports', 'malformed']
  fc.assert(fc.property(fc.nat(mail.length), (end) => kinds.includes(read(mail.slice(0, end)).kind)))
  const changed = fc.tuple(fc.nat(mail.length - 1), fc.nat(255)).map(([at, byte]) => {
    const bytes = Buffer.from(mail)
    bytes[at] = byte
    return bytes
  })
  fc.assert(
    fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 2000 })), (bytes) => kinds.includes(read(bytes).kind)),
  )
  expect(kinds).toContain(read(mail).kind)
})

test.each([
  ['of nothing but line ends', '\r\n'.repeat(500_000)],
  ['of one long header', `X: ${' y\r\n'.repeat(250_000)}`],
  ['of a boundary that never ends', `Content-Type: multipart/report; boundary=b\r\n\r\n${'--b\r\n'.repeat(200_000)}`],
  ['of multiparts within multiparts', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(20_000)],
  ['of quotation marks', `Content-Type: multipart/report; boundary="${'\\"'.repeat(300_000)}`],
  ['of spaces', `Content-Type:${' '.repeat(400_000)}\r\n\r\n${' '.repeat(400_000)}`],
  ['of our own name', `To: ${'bounces+'.repeat(120_000)}`],
  ['of message ids', `Content-Type: message/rfc822\r\n\r\n${'Message-ID: <'.repeat(70_000)}`],
  ['of equals signs', `Content-Transfer-Encoding: quoted-printable\r\n\r\n${'= \t'.repeat(300_000)}`],
])('a megabyte %s costs no time', (_what, mail) => {
  const before = performance.now()

  read(mail)

  expect(performance.now() - before).toBeLessThan(3_000)
})
