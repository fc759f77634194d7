import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { givenContent, givenMail, hostileNames } from '../../test/given-content.ts'

describe('what people type as names', () => {
  const visible = (html: string) =>
    html.replaceAll(
      /&(amp|lt|gt|quot|#39);/g,
      (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name]!,
    )
  const body =
    'A {{guest_name|nobody}} Z\n\n**{{guest_name|nobody}}** [{{guest_name|nobody}}](https://example.com/{{guest_name|nobody}} "{{guest_name|nobody}}")'

  test.each(hostileNames.map((name) => [name.slice(0, 60), name]))('%j comes out as it was typed', async (_, name) => {
    const mail = await givenMail(
      { body, subject: 'A {{guest_name|nobody}} Z' },
      { variables: { name, linkVersion: 1 } },
    )
    const harmless = (await givenMail({ body }, { variables: { name: 'Ana', linkVersion: 1 } })).parts()
    const { html, text, subject } = mail.parts()

    // Gone are only line ends, what nobody sees, and what is beyond all measure.
    const shown =
      name
        .slice(0, 2_000)
        .toWellFormed()
        .replaceAll(/[\u202A-\u202E]/g, '')
        .replaceAll(/[\p{Cc}\u2028]+/gu, ' ')
        .trim() || 'nobody'
    expect(text).toContain(`A ${shown} Z`)
    expect(visible(html)).toContain(`A ${shown} Z`)
    expect(subject.slice(0, 900)).toBe(`A ${shown} Z`.slice(0, subject.endsWith('…') ? 900 : undefined).slice(0, 900))
    const tags = (markup: string) => markup.match(/<[^>]*>/g)!.map((tag) => tag.replaceAll(/"[^"]*"/g, '""'))
    expect(tags(html)).toEqual(tags(harmless.html))
    expect(mail.mime()).toMatch(/^[\r\n -~]*$/)
    expect(mail.mime().split('\r\n\r\n')[0]).not.toMatch(/^Bcc/im)
  })

  test('the same in the event, its venue and the host', async () => {
    for (const name of hostileNames) {
      const event = { ...givenContent().event, name, venue: name, branding: { color: name, senderName: name } }
      const mail = await givenMail({
        event,
        host: { name, email: 'maren@example.com' },
        from: { name, address: 'e@tidings.example' },
      })
      expect(mail.mime()).toMatch(/^[\r\n -~]*$/)
      expect(mail.parts().html).not.toMatch(/<(?:script|img|svg|VIP)/)
      expect((await PostalMime.parse(mail.mime())).headers.map(({ key }) => key)).not.toContain('bcc')
    }
  })
})
