import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { givenContent, givenDelivery, givenMail, signer } from '../../test/given-content.ts'
import { reminders } from '../domain/reminders.ts'
import { compileMessage } from './compile.ts'
import { confirmationText } from './confirmation-text.ts'

const guestId = '0198c5a2-7a10-7cc3-9b1f-0000000000a1'
const rsvpUrl = `https://tidings.example/r/${signer.sign('rsvp', guestId, 1)}`
const answered = (status: 'attending' | 'maybe' | 'declined', partySize: number) => ({
  variables: { name: 'Amina', linkVersion: 1, answer: { status, partySize } },
})

describe("a guest's mail", () => {
  test('is named after its delivery, everywhere', async () => {
    const mail = await givenMail()

    expect(mail).toMatchObject({
      deliveryTag: '0198c5a2-7a10-7cc3-9b1f-00000000aaaa_7_0',
      idempotencyKey: '0198c5a2-7a10-7cc3-9b1f-00000000aaaa-7-0',
      messageId: '<0198c5a2-7a10-7cc3-9b1f-00000000aaaa.7.0@tidings.example>',
      envelope: { from: 'events@tidings.example', to: 'amina@example.com' },
    })
    expect(mail.mime()).toContain('\r\nMessage-ID: <0198c5a2-7a10-7cc3-9b1f-00000000aaaa.7.0@tidings.example>\r\n')
    expect(mail.mime()).toContain('boundary="=_a_0198c5a2-7a10-7cc3-9b1f-00000000aaaa_7_0"')
  })

  test('is the same, byte for byte, on every attempt and in every process', async () => {
    const again = await givenMail()

    expect((await givenMail()).mime()).toBe(again.mime())
    expect(again.mime()).toBe(again.mime())
    expect(again.mime()).toContain('Date: Sat, 13 Mar 2027 14:00:00 +0000\r\n')
  })

  test('of another generation is another mail', async () => {
    expect((await givenMail({}, { generation: 1 })).messageId).toContain('.7.1@')
  })

  test("is from the sender, with answers going to the host, and has the guest's own links", async () => {
    const { from, replyTo, to, html, text } = (await givenMail()).parts()

    expect({ from, replyTo, to }).toEqual({
      from: { name: 'Maren Holt', address: 'events@tidings.example' },
      replyTo: { name: 'Maren Holt', address: 'maren@example.com' },
      to: { name: 'Amina', address: 'amina@example.com' },
    })
    for (const part of [html, text]) {
      expect(part).toContain(rsvpUrl)
      expect(part).toContain(`https://tidings.example/p/${signer.sign('preferences', guestId, 1)}`)
      expect(part).toContain(`https://tidings.example/u/${signer.sign('unsubscribe', guestId, 1)}`)
      expect(part).toContain('Answer the invitation')
      expect(part).toContain('You get this because you are on the guest list of The Long Table.')
      expect(part).toContain('Sent by Maren Holt through Tidings')
    }
  })

  test('says when and where, and invites to look at an answer that was given', async () => {
    const { text } = (await givenMail({}, { variables: { name: 'Amina', linkVersion: 1, answered: true } })).parts()

    expect(text).toContain(
      'When: Sunday, 14 March 2027, 18:00 to 22:00, New York time\nWhere: Red Hook Boathouse, 146 Beard Street, Brooklyn',
    )
    expect(text).toContain(`See your answer: ${rsvpUrl}`)
  })

  test('of an event without a venue says nothing of where', async () => {
    const { html, text } = (await givenMail({ event: { ...givenContent().event, venue: undefined } })).parts()

    expect(`${html}${text}`).not.toContain('Where')
  })

  test('is not made for an address that is not one plain mailbox', async () => {
    const { mailFor } = await compileMessage(givenContent(), { signer })

    expect(() => mailFor(givenDelivery({ address: 'a@example.com\r\nBcc: evil@example.net' }))).toThrow(
      'Not an address',
    )
  })

  test("speaks for a household with each member's own link", async () => {
    const ben = '0198c5a2-7a10-7cc3-9b1f-0000000000b1'
    const members = [
      { guestId: ben, name: 'Ben <b>', linkVersion: 3 },
      { guestId, linkVersion: 1 },
    ]
    const { html, text } = (await givenMail({}, { variables: { name: 'Amina', linkVersion: 1, members } })).parts()

    const link = `https://tidings.example/r/${signer.sign('rsvp', ben, 3)}`
    expect(html).toMatch(
      new RegExp(`Also for: <a class="link" href="${link}"[^>]*>Ben &lt;b&gt;</a>, <a [^>]*>Another guest</a>`),
    )
    expect(text).toContain(`Also for:\n- Ben <b>: ${link}\n- Another guest: ${rsvpUrl}`)
  })

  test('is small enough not to be cut, for every seeded message', async () => {
    for (const { subject, body } of [...reminders, confirmationText]) {
      const parts = (await givenMail({ subject, body })).parts()
      expect(parts.html.length).toBeLessThan(20_000)
      expect(parts.subject + parts.text + parts.html).not.toContain('{{')
    }
  })

  test('is HTML that a screen reader and a dark room can use, and that fetches nothing', async () => {
    const { html } = (await givenMail()).parts()

    expect(html).toContain('<html lang="en" dir="ltr"')
    expect(html).toContain('<title>The Long Table</title>')
    expect(html.match(/<h1/g)).toHaveLength(1)
    expect(html).toContain('prefers-color-scheme:dark')
    expect(html.match(/<table(?![^>]*role="presentation")/g) ?? []).toEqual([])
    expect(html).not.toMatch(/<img|@import|url\(|<link|<script/)
    // oxlint-disable-next-line no-misleading-character-class -- the marks must all be gone
    expect(html).not.toMatch(/[\uE000-\uF8FF]/)
  })
})

describe('kinds of mail', () => {
  const names = (headers: readonly (readonly [string, string])[]) => headers.map(([name]) => name)

  test.each(['broadcast', 'reminder', 'resend'] as const)('%s can be left with one click', async (kind) => {
    const { headers } = (await givenMail({ kind })).parts()

    expect(headers).toEqual([
      ['List-Unsubscribe', `<https://tidings.example/u/${signer.sign('unsubscribe', guestId, 1)}>`],
      ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
      ['List-Id', '"The Long Table" <0198c5a2-7a10-7cc3-9b1f-00000000e0e0.events.tidings.example>'].map((value) =>
        value.replaceAll('"', ''),
      ),
    ])
  })

  test.each([
    ['notice', []],
    ['test', []],
    ['confirmation', ['Auto-Submitted']],
  ] as const)('%s is no list, but has the preference link', async (kind, headers) => {
    const parts = (await givenMail({ kind })).parts()

    expect(names(parts.headers)).toEqual(headers)
    expect(parts.html).toContain('Preferences</a>')
  })

  test('a confirmation says what was answered and brings the event for the calendar', async () => {
    const mail = await givenMail({ kind: 'confirmation', ...confirmationText }, answered('attending', 2))
    const parsed = await PostalMime.parse(mail.mime())

    expect(mail.parts().html).toContain('You’ll be there, 2 people')
    expect(mail.parts().text).toContain('\nYour answer: You’ll be there, 2 people\n')
    expect(mail.parts().text).toContain(`See your answer: ${rsvpUrl}`)
    expect(parsed.attachments).toMatchObject([{ filename: 'event.ics', mimeType: 'text/calendar', method: 'PUBLISH' }])
    const file = new TextDecoder().decode(parsed.attachments[0]!.content as ArrayBuffer)
    expect(file.trim()).toBe(mail.parts().attachments[0]!.content.replaceAll('\r\n', '\n').trim())
    expect(parsed.text!.trim()).toBe(mail.parts().text)
  })

  test('whoever cannot come gets no calendar entry', async () => {
    const mail = await givenMail({ kind: 'confirmation', ...confirmationText }, answered('declined', 2))

    expect(mail.parts().attachments).toEqual([])
    expect(mail.parts().text).toContain('\nYour answer: You can’t make it\n')
    expect(mail.mime()).not.toContain('multipart/mixed')
  })

  test('a test says so, and its links do nothing', async () => {
    const members = [{ guestId, name: 'Ben', linkVersion: 1 }]
    const { subject, html, text } = (
      await givenMail({ kind: 'test' }, { variables: { linkVersion: 1, members } })
    ).parts()

    expect(subject).toBe('[Test] Tomorrow: The Long Table')
    expect(new Set(`${html} ${text}`.match(/https:\/\/tidings\.example[\w/.-]*/g))).toEqual(
      new Set(['https://tidings.example/test-link']),
    )
    expect(text).toContain('Hello there,')
  })

  test('without a guest there is nobody to unsubscribe', async () => {
    const mail = await givenMail({}, { guestId: null })

    expect(names(mail.parts().headers)).toEqual(['List-Id'])
    expect(mail.parts().text).not.toMatch(/tidings\.example\/[rpu]\//)
  })
})

describe('subjects', () => {
  test.each([
    ['{{guest_name}}, see you', 'Ana\r\nBcc: evil@example.net', 'Ana Bcc: evil@example.net, see you'],
    ['Hi\r\nBcc: x@y', 'Ana', 'Hi Bcc: x@y'],
    ['', 'Ana', 'The Long Table'],
    ['{{guest_name| }}', ' ', 'there'],
    ['=?utf-8?b?ZXZpbA==?=', 'Ana', '=?utf-8?b?ZXZpbA==?='],
    ['a  b', 'Ana', 'a  b'],
    ['x'.repeat(999), 'Ana', `${'x'.repeat(997)}…`],
    ['{{event_name}} & {{guest_name}}', '{{venue}} <b>', 'The Long Table & {{venue}} <b>'],
  ])('%j for %j', async (subject, name, read) => {
    const mail = await givenMail({ subject }, { variables: { name, linkVersion: 1 } })

    expect(mail.parts().subject).toBe(read)
    expect((await PostalMime.parse(mail.mime())).subject).toBe(read)
  })
})

test('a layout that nobody knows stops the message, not the guests', async () => {
  await expect(givenMail({ layoutVersion: 99 })).rejects.toThrow('There is no mail layout 99')
})
