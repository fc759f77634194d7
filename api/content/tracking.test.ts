import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { givenContent, givenDelivery, givenMail, signer } from '../../test/given-content.ts'
import type { FrozenContent } from '../domain/content.ts'
import { compileMessage, renderPreview } from './compile.ts'
import { trackedLinksIn } from './tracked-links.ts'

const publicUrl = 'https://tidings.example'
const { messageId, seq, generation } = givenDelivery()
const delivery = { messageId, seq, generation }
const clickOn = (link: number, of = delivery) => `${publicUrl}/c/${signer.tracking.signClick(of, link)}`
const picture = `<img src="${publicUrl}/o/${signer.tracking.signOpen(delivery)}.gif" width="1" height="1" alt=""`

/** The dinner, with everything noted that may be. */
function tracked(body: string, changes: Partial<FrozenContent> = {}): Partial<FrozenContent> {
  return { body, tracking: { opens: true, links: trackedLinksIn(body, publicUrl) }, ...changes }
}
const hrefs = (html: string) => [...html.matchAll(/ href="([^"]*)"/g)].map(([, href]) => href!)

describe('a mail whose links are counted', () => {
  const body =
    'Read [the menu](https://menu.example/a?b=1&c=2) and <https://map.example/> and again https://menu.example/a?b=1&c=2\n\n' +
    '[Answer]({{rsvp_link}}), [yours](https://shop.example/?for={{guest_name}}), [write](mailto:a@example.com), [call](tel:+491)'

  test('leads each address of the host through ours, once per address', async () => {
    const { html } = (await givenMail(tracked(body))).parts()

    expect(hrefs(html).filter((href) => href === clickOn(1))).toHaveLength(2)
    expect(hrefs(html).filter((href) => href === clickOn(2))).toHaveLength(1)
    expect(html).not.toContain('href="https://menu.example')
    expect(html.match(/\/c\//g)).toHaveLength(3)
  })

  test('leaves answers, preferences, placeholders and other schemes alone, and the plain text as it was written', async () => {
    const plain = (await givenMail({ body })).parts()

    const { html, text } = (await givenMail(tracked(body))).parts()

    const others = (all: string) => hrefs(all).filter((href) => !/\/c\/|menu\.example|map\.example/.test(href))
    expect(others(html)).toEqual(others(plain.html))
    expect(others(html)).toContain(`${publicUrl}/r/${signer.sign('rsvp', givenDelivery().guestId!, 1)}`)
    expect(others(html)).toContain('https://shop.example/?for=Amina')
    expect(text).toBe(plain.text)
  })

  test('ends with a picture that says nothing to who listens', async () => {
    const { html } = (await givenMail(tracked('Hello'))).parts()

    expect(html).toContain(`${picture} style=`)
    expect(html.slice(html.indexOf('<img')).replace(/<img[^>]*>/, '')).toBe(html.slice(html.indexOf('</body>')))
    expect(html.match(/<img/g)).toHaveLength(1)
  })

  test('is the same, byte for byte, on every attempt, and another for another row', async () => {
    const mimeOf = async (changes = {}) => (await givenMail(tracked(body), changes)).mime()

    expect(await mimeOf()).toBe(await mimeOf())
    const other = await givenMail(tracked(body), { seq: 8 })
    expect(hrefs(other.parts().html)).toContain(clickOn(1, { ...delivery, seq: 8 }))
  })

  test('is read by others as we wrote it', async () => {
    const mail = await givenMail(tracked(body))

    const { html } = await PostalMime.parse(mail.mime())

    expect(html!.trimEnd()).toBe(mail.parts().html.trimEnd())
  })

  test('shows the plain links to a host who looks at it, and no picture', async () => {
    const recipient = { guestId: givenDelivery().guestId, variables: { name: 'Amina', linkVersion: 1 } }

    const shown = await renderPreview(givenContent(tracked(body)), recipient, { signer })

    expect(shown).toEqual(await renderPreview(givenContent({ body }), recipient, { signer }))
  })

  test('counts what it was frozen with, even if its text would be read otherwise today', async () => {
    const frozen = { body, tracking: { opens: false, links: ['https://map.example/'] } }

    const { html } = (await givenMail(frozen)).parts()

    expect(hrefs(html)).toContain(clickOn(1))
    expect(hrefs(html)).toContain('https://menu.example/a?b=1&amp;c=2')
    expect(html).not.toContain('<img')
  })
})

test('a mail of a host who counts nothing is the mail that it always was', async () => {
  const body = 'See https://menu.example/ and [answer]({{rsvp_link}})'

  const off = await givenMail({ body, tracking: undefined })
  const never = await givenMail({ body })

  expect(off.mime()).toBe(never.mime())
  expect(never.parts().html).not.toMatch(/\/c\/|\/o\/|<img/)
  const { mailFor } = await compileMessage(givenContent({ body, tracking: { opens: false, links: [] } }), { signer })
  expect(mailFor(givenDelivery()).mime()).toBe(never.mime())
})

describe('addresses that may be counted', () => {
  test.each<[string, string[]]>([
    ['[x](https://a.example/ü?q=ß)', ['https://a.example/%C3%BC?q=%C3%9F']],
    ['[x](https://bücher.example/)', ['https://xn--bcher-kva.example/']],
    ['[x](HTTPS://A.example/)', ['HTTPS://A.example/']],
    ['[x](http://a.example//b//c)', ['http://a.example//b//c']],
    ['[x](https://a.example/@you\\\\b?u=https://evil.example)', ['https://a.example/@you%5Cb?u=https://evil.example']],
    ['[x](https://a.example/%0d%0aSet-Cookie:x)', ['https://a.example/%0d%0aSet-Cookie:x']],
    // No link, but words, of which the first part is an address of its own. So it is read today, counted or not.
    ['[x](https://bank.example@evil.example/)', ['https://bank.example']],
    ['[x](https://bank.example\\\\@evil.example/)', ['https://bank.example']],
    ['[x](https:\\\\\\\\evil.example)', []],
    ['[x](https:///evil.example)', []],
    ['[x](//evil.example)', []],
    ['[x](/c/whatever)', []],
    ['[x](javascript:alert(1))', []],
    ['[x](JaVaScRiPt:alert(1))', []],
    ['[x](data:text/html,x)', []],
    ['[x](mailto:a@example.com) a@example.com', []],
    ['[x](tel:+4930)', []],
    ['[x](https://[::1/)', []],
    ['[x](https://a.example:99999/)', []],
    ['[x](https://a.example/{{guest_name}}) {{rsvp_link}} [y]({{rsvp_link}})', []],
    [`[x](${publicUrl}/r/some-token) ${publicUrl}/u/x [y](${publicUrl.toUpperCase()}/p/x)`, []],
    ['`https://code.example/`', []],
    [`[x](https://a.example/${'a'.repeat(2000)})`, []],
    ['![x](https://a.example/p.png)', ['https://a.example/p.png']],
  ])('in %j', (body, addresses) => {
    expect(trackedLinksIn(body, publicUrl)).toEqual(addresses)
  })

  test('are no more than a hundred of one letter', () => {
    const body = Array.from({ length: 150 }, (_, n) => `https://a.example/${n}`).join('\n')

    expect(trackedLinksIn(body, publicUrl)).toHaveLength(100)
  })

  test('are fit for a header, whatever a host writes, and lead nowhere near us', () => {
    const strange = fc.string({ unit: fc.constantFrom(...'https://a.b@\\?#%:[]()<> \t\r\n\u0000\uE100ü\u2028{}_') })
    fc.assert(
      fc.property(strange, strange, (host, path) => {
        for (const url of trackedLinksIn(`[x](https://${host}/${path}) <http://${host}> https://${path}`, publicUrl)) {
          expect(url).toMatch(/^https?:\/\/[!-~]+$/i)
          expect(new URL(url).origin).not.toBe(publicUrl)
          expect(new URL(url).username).toBe('')
        }
      }),
      { numRuns: 1000 },
    )
  })
})
