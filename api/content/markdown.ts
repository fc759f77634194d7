import Markdown, { type MarkdownIt, type StateCore, type Token } from 'markdown-it'
import { styleTokens } from './markdown-style.ts'
import { textTwin } from './markdown-text.ts'
import type { Marks } from './marks.ts'

/** Quotes in lists in quotes: six deep is a letter, twenty is a test of the parser, which stops reading there. */
const nestingMax = 20

/** A long letter has a few hundred; five thousand links are no letter. */
const nodesMax = 10_000

type LinkMarks = Pick<Marks<never>, 'isLink' | 'asUrlPart' | 'asLinkText'>

/** Where a link shall lead instead. */
export type Readdress = (address: string) => string

/**
 * Renders a body whose placeholders are already marks, as HTML and as plain text, from the same tokens. CommonMark without
 * raw HTML (which is shown as text) and without pictures; links lead to http, https or mailto and nowhere else. `readdress` changes
 * where the links of the HTML lead; the plain text, where people see the address, keeps the host's own.
 */
export function renderMarkdown(
  source: string,
  marks: LinkMarks,
  readdress?: Readdress,
): { html: string; text: string } {
  const markdown = createMarkdown(marks)
  const tokens = markdown.parse(source, {})
  if (countNodes(tokens) > nodesMax)
    throw new RangeError(`A body can have ${nodesMax} nodes; \`checkBody\` refuses more`)
  const text = textTwin(tokens)
  if (readdress) for (const link of linksOf(tokens)) link.attrSet('href', readdress(addressOf(link)))
  return { text, html: markdown.renderer.render(styleTokens(tokens), markdown.options, {}) }
}

/** Where the links of a body lead, as they stand in its HTML, in the order of the letter. */
export function addressesIn(source: string, marks: LinkMarks): string[] {
  return linksOf(createMarkdown(marks).parse(source, {})).map(addressOf)
}

function linksOf(tokens: Token[]): Token[] {
  return tokens.flatMap(({ children }) => children?.filter(({ type }) => type === 'link_open') ?? [])
}

function addressOf(link: Token): string {
  return String(link.attrGet('href') ?? '')
}

/** Whether a body has more structure than a letter needs; saving it is refused. */
export function isTooIntricate(source: string): boolean {
  const noMarks: LinkMarks = { isLink: () => false, asUrlPart: (mark) => mark, asLinkText: (mark) => mark }
  return countNodes(createMarkdown(noMarks).parse(source, {})) > nodesMax
}

function createMarkdown(marks: LinkMarks): MarkdownIt {
  const markdown = new Markdown('commonmark', {
    html: false,
    xhtmlOut: false,
    breaks: true,
    linkify: true,
    maxNesting: nestingMax,
  })
  // Pictures would be fetched from strangers' servers, which tells them who reads. "![x](url)" becomes a link.
  markdown.enable('linkify').disable(['image', 'html_block', 'html_inline'])
  markdown.linkify.set({ fuzzyLink: false })
  markdown.renderer.rules.fence = markdown.renderer.rules.code_block!

  const normalizeWhole = markdown.normalizeLink.bind(markdown)
  markdown.normalizeLink = (url) => normalizeAround(url, normalizeWhole, marks)
  markdown.validateLink = (url) => leadsSomewhereSafe(url, marks)
  markdown.core.ruler.push('link_marks', (state) => linkLoneMarks(state, marks))
  return markdown
}

function countNodes(tokens: Token[]): number {
  return tokens.reduce((sum, token) => sum + 1 + (token.children?.length ?? 0), 0)
}

/**
 * Marks must survive percent-encoding, so only what is between them is normalised. A link's mark may be the beginning of an
 * address; any other value is a part of one.
 */
function normalizeAround(url: string, normalizeWhole: (url: string) => string, marks: LinkMarks): string {
  const isWholeAddress = marks.isLink(url.charAt(0))
  const parts = url.split(/([\uE000-\uF8FF])/)
  return parts
    .map((part, i) => {
      if (i % 2 === 1) return i === 1 && isWholeAddress ? part : marks.asUrlPart(part)
      return normalizeWhole(part)
    })
    .join('')
}

/** The scheme and the host must be the organiser's own words; a guest's name may come after them only. */
const safeTarget = /^(?:https?:\/\/[^\s/?#@\\\uE000-\uF8FF]+(?:[/?#]|$)|mailto:[^\s])/i

function leadsSomewhereSafe(url: string, marks: LinkMarks): boolean {
  return marks.isLink(url.charAt(0)) || safeTarget.test(url)
}

/** A link's placeholder that stands alone in the text becomes a link that shows where it leads. */
function linkLoneMarks(state: StateCore, marks: LinkMarks): void {
  for (const block of state.tokens) {
    if (!block.children) continue
    let depth = 0
    block.children = block.children.flatMap((token) => {
      depth += token.type === 'link_open' ? 1 : token.type === 'link_close' ? -1 : 0
      return token.type === 'text' && depth === 0 ? linkMarksIn(token, state, marks) : token
    })
  }
}

function linkMarksIn(token: Token, state: StateCore, marks: LinkMarks): Token[] {
  const parts = token.content.split(/([\uE000-\uF8FF])/).filter((part) => part !== '')
  if (!parts.some((part) => marks.isLink(part))) return [token]
  const text = (content: string) => Object.assign(new state.Token('text', '', 0), { content })
  return parts.flatMap((part) => {
    if (!marks.isLink(part)) return text(part)
    const open = new state.Token('link_open', 'a', 1)
    open.attrs = [['href', part]]
    open.info = 'auto'
    return [open, text(marks.asLinkText(part)), new state.Token('link_close', 'a', -1)]
  })
}
