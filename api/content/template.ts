import type { Placeholder } from './placeholder.ts'
import { findPlaceholder } from './placeholders.ts'

export type SlotSegment = { readonly kind: 'slot'; readonly placeholder: Placeholder; readonly fallback?: string }
export type Segment = { readonly kind: 'literal'; readonly text: string } | SlotSegment

/** `{{ token | fallback }}`. No braces inside: there is no expression language, and a value is never read again. */
const braces = /\{\{([^{}]*)\}\}/g

/** The host's own text may not hold these: they stand for slots while Markdown is rendered (see `marks.ts`). */
const privateUse = /[\uE000-\uF8FF]/g

/**
 * Cuts a subject or body into what the host wrote and what is filled in. Anything between braces that is no placeholder
 * stays as it was written: it is refused when saving (`checkTemplate`), and a preview shows it as it is.
 */
export function parseTemplate(source: string): Segment[] {
  const text = source.toWellFormed().replace(/\r\n?/g, '\n').replace(privateUse, '')
  const segments: Segment[] = []
  let from = 0
  for (const match of text.matchAll(braces)) {
    const slot = readSlot(match[1]!)
    if (slot === undefined) continue
    if (match.index > from) segments.push({ kind: 'literal', text: text.slice(from, match.index) })
    segments.push(slot)
    from = match.index + match[0].length
  }
  if (from < text.length) segments.push({ kind: 'literal', text: text.slice(from) })
  return segments
}

/** Token and fallback as written between one pair of braces. */
export function readBraces(inside: string): { token: string; fallback?: string } {
  const bar = inside.indexOf('|')
  if (bar < 0) return { token: inside.trim() }
  const fallback = inside.slice(bar + 1).trim()
  return { token: inside.slice(0, bar).trim(), ...(fallback === '' ? {} : { fallback }) }
}

function readSlot(inside: string): SlotSegment | undefined {
  const { token, fallback } = readBraces(inside)
  const placeholder = findPlaceholder(token)
  return placeholder && { kind: 'slot', placeholder, fallback }
}
