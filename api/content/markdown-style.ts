import type { Token } from 'markdown-it'
import { layoutMarks } from './layout/marks.ts'

const serif = 'Georgia,serif'

// Mail clients that drop <style> leave only what is inline. The event's heading is the mail's only h1.
const styles: Record<string, { tag?: string; style: string; class?: string }> = {
  h1: { tag: 'h2', style: `margin:24px 0 8px;font:normal 22px/28px ${serif}` },
  h2: { tag: 'h2', style: `margin:24px 0 8px;font:normal 22px/28px ${serif}` },
  h3: { style: 'margin:20px 0 8px;font-size:16px;line-height:25px' },
  h4: { tag: 'h3', style: 'margin:20px 0 8px;font-size:16px;line-height:25px' },
  h5: { tag: 'h3', style: 'margin:20px 0 8px;font-size:16px;line-height:25px' },
  h6: { tag: 'h3', style: 'margin:20px 0 8px;font-size:16px;line-height:25px' },
  p: { style: 'margin:0 0 16px' },
  ul: { style: 'margin:0 0 16px;padding:0 0 0 22px' },
  ol: { style: 'margin:0 0 16px;padding:0 0 0 22px' },
  li: { style: 'margin:0 0 6px' },
  blockquote: { style: `margin:0 0 16px;padding:0 0 0 14px;border-left:3px solid ${layoutMarks.line}`, class: 'line' },
  pre: { style: 'margin:0 0 16px;white-space:pre-wrap;font:14px/21px monospace' },
  code: { style: 'font-family:monospace' },
  hr: { style: `margin:24px 0;border:0;border-top:1px solid ${layoutMarks.line}`, class: 'line' },
  a: { style: `color:${layoutMarks.link};text-decoration:underline`, class: 'link' },
}

/** Tags whose direction follows their own first letter, so that a line in Arabic runs right to left. */
const directed = new Set(['p', 'h2', 'h3', 'ul', 'ol', 'blockquote'])

/** Writes the inline styles on Markdown's tokens. */
export function styleTokens(tokens: Token[]): Token[] {
  for (const token of tokens) {
    const look = styles[token.tag]
    if (look && token.nesting >= 0) {
      token.attrPush(['style', look.style])
      if (look.class) token.attrPush(['class', look.class])
    }
    token.tag = look?.tag ?? token.tag
    if (token.nesting === 1 && directed.has(token.tag)) token.attrPush(['dir', 'auto'])
    if (token.children) styleTokens(token.children)
  }
  return tokens
}
