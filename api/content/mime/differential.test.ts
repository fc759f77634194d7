import fc from 'fast-check'
import MailComposer from 'nodemailer/lib/mail-composer/index.js'
import PostalMime, { decodeWords, type Email } from 'postal-mime'
import { expect, test } from 'vitest'
import { givenContent, givenDelivery, hostileNames, signer } from '../../../test/given-content.ts'
import { compileMessage } from '../compile.ts'
import type { Mail } from '../../domain/mail.ts'

// Ours is fast because it is ours. So a composer that millions use builds the same mail, and a parser that knows neither reads both.

const scripts = [
  'Amina',
  'Zoë',
  'Łukasz',
  'Ὀδυσσεύς',
  'Владимир',
  'محمد',
  'שָׁלוֹם',
  'अमित',
  'ไทย',
  '李小龍',
  'さくら',
  '한국',
  '👩‍👩‍👧‍👦',
  '🏳️‍🌈',
  'e\u0301',
]
const words = fc.oneof(
  fc.constantFrom(...scripts),
  // nodemailer lets encoded words that somebody typed pass, and they are decoded; ours come out as typed (`mail.test.ts`).
  fc.constantFrom(...hostileNames.filter((name) => name.length < 500 && !name.includes('=?'))),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.integer({ min: 60, max: 300 }).map((length) => 'long'.repeat(length / 4)),
  fc.constantFrom(
    '.',
    '..',
    '. dot',
    'From here',
    '=',
    '=3D',
    '--',
    'a\r\nBcc: evil@example.net',
    '\t',
    ' ',
    '  ',
    '{{guest_name}}',
    '{{rsvp_link}}',
    '{{venue|x}}',
  ),
)
const line = fc.array(words, { maxLength: 6 }).map((parts) => parts.join(' '))
const writing = fc
  .array(line, { maxLength: 6 })
  .chain((lines) => fc.constantFrom('\n', '\r\n', '\n\n').map((end) => lines.join(end)))
const addresses = fc.constantFrom(
  'a@example.com',
  "o'brien+tag@example.co.uk",
  '-oq/tmp@xn--exmple-cua.com',
  `${'x'.repeat(64)}@example.com`,
)

/** Ten thousand mails, which take half a minute on two busy cores. A new message costs as much as ten more guests. */
const messages = 500
const guestsPerMessage = 20

const inputs = fc.record({
  kind: fc.constantFrom('broadcast' as const, 'confirmation' as const, 'notice' as const),
  guests: fc.array(fc.record({ name: line, address: addresses }), {
    minLength: guestsPerMessage,
    maxLength: guestsPerMessage,
  }),
  host: line,
  eventName: line.map((name) => `${name} x`),
  subject: line,
  body: writing,
})

async function byNodemailer(mail: Mail, firedAt: string): Promise<Email> {
  const { headers, attachments, from, replyTo, to, ...texts } = mail.parts()
  const mailbox = ({ name = '', address: at }: { name?: string; address: string }) => ({ name, address: at })
  const composer = new MailComposer({
    ...texts,
    from: mailbox(from),
    to: mailbox(to),
    ...(replyTo && { replyTo: mailbox(replyTo) }),
    headers: headers.map(([key, value]) => ({ key, value })),
    attachments: attachments.map(({ filename, contentType, content }) => ({ filename, contentType, content })),
    messageId: mail.messageId,
    date: firedAt,
    textEncoding: 'quoted-printable',
    newline: 'windows',
  })
  return PostalMime.parse(await composer.compile().build())
}

/** What a reader sees of a mail. Composers may differ in how many line ends close a part. */
function read(email: Email) {
  const header = (name: string) =>
    email.headers.filter(({ key }) => key === name).map(({ value }) => decodeWords(value).replaceAll(/\s+/g, ' '))
  return {
    from: email.from,
    to: email.to,
    replyTo: email.replyTo,
    subject: email.subject,
    date: email.date,
    messageId: email.messageId,
    html: email.html?.trimEnd(),
    text: email.text?.trimEnd(),
    others: ['cc', 'bcc', 'list-unsubscribe', 'list-unsubscribe-post', 'list-id', 'auto-submitted'].map(header),
    attachments: email.attachments.map(({ filename, mimeType, disposition, content }) => ({
      filename,
      mimeType,
      disposition,
      content: new TextDecoder().decode(content as ArrayBuffer).trimEnd(),
    })),
  }
}

function expectWellMade(mime: string): void {
  expect(mime).toMatch(/^[\r\n\t -~]*$/)
  expect(mime.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  expect(mime).not.toMatch(/^\./m)
  const end = mime.indexOf('\r\n\r\n')
  for (const headerLine of mime.slice(0, end).split('\r\n')) {
    expect(headerLine.length).toBeLessThanOrEqual(headerLine.includes('=?') ? 76 : 998)
    expect(headerLine).toMatch(/^(?:[A-Z][\w-]*:| \S)/)
  }
  expect(
    Math.max(
      ...mime
        .slice(end)
        .split('\r\n')
        .map((bodyLine) => bodyLine.length),
    ),
  ).toBeLessThanOrEqual(76)
}

test("ten thousand mails of ours read the same as nodemailer's", { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(inputs, async ({ kind, guests, host, eventName, subject, body }) => {
      const content = givenContent({
        kind,
        subject,
        body,
        event: { ...givenContent().event, name: eventName },
        host: { name: host, email: 'host@example.com' },
        from: { name: host, address: 'e@tidings.example' },
      })
      const answer = kind === 'confirmation' ? { status: 'maybe' as const, partySize: 1 } : undefined
      const { mailFor } = await compileMessage(content, { signer })

      for (const { name, address } of guests) {
        const mail = mailFor(givenDelivery({ address, variables: { name, linkVersion: 1, answer } }))

        expectWellMade(mail.mime())
        expect(read(await PostalMime.parse(mail.mime()))).toEqual(read(await byNodemailer(mail, content.firedAt)))
      }
    }),
    { numRuns: messages },
  )
})
