import { read, unread, type Reading, type Unread } from './reading.ts'

/** A field that people fill in, and the number of characters that its column takes. */
export type TextField = { label: string; max: number }

/**
 * Reads one line of text: outer spaces go, composed and decomposed letters become one (NFC), and nothing else is changed.
 * Null when there is nothing to see, zero-width characters included.
 */
export function readLine(text: string, field: TextField): Reading<string | null> {
  return readText(text, field, refusedInLine)
}

/** Reads text of several lines. Line ends become "\n"; tabs stay. */
export function readParagraphs(text: string, field: TextField): Reading<string | null> {
  return readText(text.replaceAll(/\r\n?/g, '\n'), field, refusedInParagraphs)
}

/* oxlint-disable no-control-regex -- control characters are what these lines are about */
/** C0 and C1 controls, terminal escapes among them, and every line break: a line must stay one line in a header, a log and a file. */
const refusedInLine = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/
const refusedInParagraphs = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/
/* oxlint-enable no-control-regex */

/** UAX 9 embeddings, overrides and isolates turn the text around them; Arabic and Hebrew read rightly without them. */
const directionControls = /[\u202a-\u202e\u2066-\u2069]/
const nothingToSee = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}]*$/u

function readText(text: string, { label, max }: TextField, refusedCharacters: RegExp): Reading<string | null> {
  // A letter is two UTF-16 units at most, and NFC never grows a text more than threefold: beyond this it cannot fit.
  if (text.length > max * 8) return tooLong(label, max)
  const trimmed = text.trim()
  if (!trimmed.isWellFormed()) return unread(`${label} has a broken character in it. Type it again.`)
  if (refusedCharacters.test(trimmed))
    return unread(`${label} has a line break or a hidden character in it. Type it again.`)
  if (directionControls.test(trimmed))
    return unread(`${label} has a character in it that turns text around. Type it again.`)
  if (nothingToSee.test(trimmed)) return read(null)

  const composed = trimmed.normalize('NFC')
  // The database counts characters (code points), not UTF-16 units.
  return [...composed].length > max ? tooLong(label, max) : read(composed)
}

function tooLong(label: string, max: number): Unread {
  return unread(`${label} can have ${max.toLocaleString('en')} characters at most.`)
}
