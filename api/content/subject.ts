import type { FrozenContent } from '../domain/content.ts'
import { subjectMax } from '../domain/event-text.ts'
import { oneLine } from './escape.ts'
import type { MailContext } from './mail-context.ts'
import { fill, type Piece } from './marks.ts'

const testPrefix = '[Test] '

/** The subject of one guest's mail: one line, never empty, and no longer than a subject may be written. */
export function subjectOf(
  content: FrozenContent,
  pieces: readonly Piece<MailContext>[],
): (context: MailContext) => string {
  const prefix = content.kind === 'test' ? testPrefix : ''
  const finish = (subject: string) => shorten(prefix + (oneLine(subject) || oneLine(content.event.name)))
  const literals = pieces.filter((piece) => typeof piece === 'string')
  if (literals.length < pieces.length) return (context) => finish(fill(pieces, context))
  const same = finish(literals.join(''))
  return () => same
}

/** Characters are code points, as the database counts them; a long name may push a subject over the limit. */
function shorten(subject: string): string {
  if (subject.length <= subjectMax) return subject
  const characters = [...subject]
  return characters.length <= subjectMax ? subject : `${characters.slice(0, subjectMax - 1).join('')}…`
}
