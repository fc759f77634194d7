import { oneLine } from './escape.ts'
import type { MailContext } from './mail-context.ts'
import type { Marks } from './marks.ts'
import type { Segment, SlotSegment } from './template.ts'

/** A template as one text, in which each placeholder is a mark. */
export function withMarks(segments: readonly Segment[], marks: Marks<MailContext>): string {
  return segments.map((segment) => (segment.kind === 'literal' ? segment.text : markOf(segment, marks))).join('')
}

function markOf({ placeholder, fallback = placeholder.fallback }: SlotSegment, marks: Marks<MailContext>): string {
  const { token, kind, perGuest } = placeholder
  const value = (context: MailContext) => valueOr(placeholder.value(context), fallback)
  return marks.add(`${token}|${fallback}`, { kind, perGuest, value })
}

/** A name of blanks or of characters that nobody sees is no name. */
function valueOr(value: string | undefined, fallback: string): string {
  return value === undefined || oneLine(value) === '' ? fallback : value
}
