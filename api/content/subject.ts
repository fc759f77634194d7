import type { FrozenContent } from '../domain/content.ts'
import { oneLine } from './escape.ts'
import type { MailContext } from './mail-context.ts'
import { fill, type Piece } from './marks.ts'

/** Mail programs show about 70 characters; more than this is no subject, and would only be folded over many lines. */
export const subjectLengthMax = 255

const testPrefix = '[Test] '

/** The subject of one guest's mail: one line, never empty, never longer than the limit. */
export function subjectOf(
  content: FrozenContent,
  pieces: readonly Piece<MailContext>[],
): (context: MailContext) => string {
  const prefix = content.kind === 'test' ? testPrefix : ''
  const write = (context: MailContext) =>
    prefix + shorten(oneLine(fill(pieces, context)) || oneLine(content.event.name), subjectLengthMax - prefix.length)
  if (pieces.some((piece) => typeof piece !== 'string')) return write

  const [only = ''] = pieces as string[]
  const same = prefix + shorten(oneLine(only) || oneLine(content.event.name), subjectLengthMax - prefix.length)
  return () => same
}

function shorten(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
