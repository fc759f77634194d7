import { describe, expect, test } from 'vitest'
import { givenMail } from '../../test/given-content.ts'

/** What a body becomes, without the layout around it. */
async function rendered(body: string, name = 'Amina'): Promise<{ html: string; text: string }> {
  const mail = await givenMail({ body: `BEGIN\n\n${body}\n\nEND` }, { variables: { name, linkVersion: 1 } })
  const { html, text } = mail.parts()
  const between = (whole: string, begin: RegExp, end: RegExp) => whole.split(begin)[1]!.split(end)[0]!.trim()
  return {
    html: between(html, /<p[^>]*>BEGIN<\/p>/, /<p[^>]*>END<\/p>/).replaceAll(/ (?:style|dir|class)="[^"]*"/g, ''),
    text: between(text, /BEGIN/, /END/),
  }
}

describe('Markdown becomes HTML and text', () => {
  test.each([
    ['**strong** and *soft*', '<p><strong>strong</strong> and <em>soft</em></p>', 'strong and soft'],
    ['one\ntwo', '<p>one<br>\ntwo</p>', 'one\ntwo'],
    ['# Big\n\n## Less\n\ntext', '<h2>Big</h2>\n<h2>Less</h2>\n<p>text</p>', 'Big\n\nLess\n\ntext'],
    [
      '- a\n- b\n  1. c\n  2. d',
      '<ul>\n<li>a</li>\n<li>b\n<ol>\n<li>c</li>\n<li>d</li>\n</ol>\n</li>\n</ul>',
      '- a\n- b\n  1. c\n  2. d',
    ],
    ['3. c\n4. d', '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>', '3. c\n4. d'],
    ['> said\n> so', '<blockquote>\n<p>said<br>\nso</p>\n</blockquote>', '> said\n> so'],
    ['a\n\n---\n\nb', '<p>a</p>\n<hr>\n<p>b</p>', 'a\n\n----------\n\nb'],
    ['`a <b>`', '<p><code>a &lt;b&gt;</code></p>', 'a <b>'],
    ['```evil" onclick="x\nlet\n```', '<pre><code>let\n</code></pre>', 'let'],
    [
      '[site](https://example.com/a?b=1&c=2)',
      '<p><a href="https://example.com/a?b=1&amp;c=2">site</a></p>',
      'site (https://example.com/a?b=1&c=2)',
    ],
    [
      'https://example.com/ä',
      '<p><a href="https://example.com/%C3%A4">https://example.com/ä</a></p>',
      'https://example.com/%C3%A4',
    ],
    [
      '[Write us](mailto:a@example.com)',
      '<p><a href="mailto:a@example.com">Write us</a></p>',
      'Write us (a@example.com)',
    ],
    ['a@example.com', '<p><a href="mailto:a@example.com">a@example.com</a></p>', 'a@example.com'],
  ])('%j', async (body, html, text) => {
    expect(await rendered(body)).toEqual({ html, text })
  })

  test.each([
    '<script>alert(1)</script>',
    '<a href="javascript:alert(1)">x</a>',
    '<style>@import url(http://evil)</style>',
    '<base href="https://evil.example">',
    '<math><mtext><table><mglyph><style><img onerror=x>',
    '<!-- open',
    '<form action="https://evil.example"><input type=password>',
  ])('%s is shown, not obeyed', async (body) => {
    const { html, text } = await rendered(body)

    expect(html.replaceAll(/<\/?(?:p|a)\b[^>]*>/g, '')).not.toContain('<')
    expect(text).toBe(body)
  })

  test.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](&#106;avascript:alert(1))',
    '[x](java\tscript:alert(1))',
    '[x](vbscript:x)',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](data:image/png;base64,AAAA)',
    '[x](file:///etc/passwd)',
    '[x](//evil.example)',
    '[x](/relative)',
    '[x](#here)',
    '[x](https://{{guest_name}}/)',
    '[x](https://{{guest_name}}.evil.example/)',
    '[x](https://a.example{{guest_name}})',
    '[x]({{guest_name}})',
    '<javascript:alert(1)>',
  ])('%s is no link', async (body) => {
    expect((await rendered(body, 'evil.example')).html).not.toContain('<a ')
  })

  test('a name before the host does not make a link to the host', async () => {
    expect((await rendered('[x](https://bank.example@evil.example)')).html).not.toContain('href="https://bank.example@')
  })

  test('pictures are links: nobody is told who reads', async () => {
    const { html } = await rendered('![pixel](https://tracker.example/p.gif)')

    expect(html).toContain('<a href="https://tracker.example/p.gif">pixel</a>')
    expect(html).not.toContain('<img')
  })

  test('quotes within quotes end somewhere', async () => {
    const { html } = await rendered(`${'>'.repeat(5_000)} deep`)

    expect(html.split('<blockquote').length).toBeLessThanOrEqual(21)
  })

  test.each(['[', '![', '*a ', '`', '<', '_*', '[a](', '{{guest_name}}', '&#', '- > ', 'https://a', '\n\n- x'])(
    '100 kB of %j are read or refused, and soon',
    async (unit) => {
      const outcome = givenMail({ body: unit.repeat(100_000 / unit.length) }).then((mail) => mail.mime(), String)

      expect(await outcome).toMatch(/^(?:From: |RangeError)/)
    },
  )
})

describe('placeholders in Markdown', () => {
  const link = /https:\/\/tidings\.example\/r\/[\w-]{44}/

  test('may be the target of a link', async () => {
    const { html, text } = await rendered('[answer]({{rsvp_link}} "for {{guest_name}}")', '"Ana" & Ben')

    expect(html).toMatch(
      /^<p><a href="https:\/\/tidings.example\/r\/[\w-]{44}" title="for &quot;Ana&quot; &amp; Ben">answer<\/a><\/p>$/,
    )
    expect(text).toMatch(/^answer \(https:\/\/tidings.example\/r\/[\w-]{44}\)$/)
  })

  test('a link that stands alone can be clicked, and is whole in the text', async () => {
    const { html, text } = await rendered('Answer here: {{rsvp_link}}.')

    expect(html).toMatch(
      /^<p>Answer here: <a href="https:\/\/tidings\.example\/r\/[\w-]{44}">tidings\.example\/r\/[\w-]{6}…<\/a>\.<\/p>$/,
    )
    expect(text).toMatch(link)
  })

  test('are percent-encoded within an address, in HTML and text', async () => {
    const { html, text } = await rendered(
      '[x](https://example.com/?name={{guest_name}}&back={{rsvp_link}})',
      'Ana & "Ben" é)',
    )

    expect(html).toContain(
      'href="https://example.com/?name=Ana%20%26%20%22Ben%22%20%C3%A9)&amp;back=https%3A%2F%2Ftidings.example%2Fr%2F',
    )
    expect(text).toContain('(https://example.com/?name=Ana%20%26%20%22Ben%22%20%C3%A9)&back=https%3A%2F%2F')
  })

  test('a word of the host stands in for a missing value, and is not read as Markdown either', async () => {
    const { html, text } = await rendered('Dear {{guest_name|**friend**}}', '  ')

    expect(html).toBe('<p>Dear **friend**</p>')
    expect(text).toBe('Dear **friend**')
  })

  test('an address typed with the codes of private characters is left alone', async () => {
    expect((await rendered('[x](https://example.com/%EE%84%80{{guest_name}})')).text).toBe(
      'x (https://example.com/%EE%84%80Amina)',
    )
  })
})
