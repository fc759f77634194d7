import type { Piece } from '../marks.ts'

/** RFC 2045 section 6.7: 76 characters with the "=" of a soft break, so 75 before it. */
const lineMax = 75

const softBreak = '=\r\n'

/** What may stand as it is: printable ASCII but "=", with blanks inside only and no dot to begin with. */
const plain = /^(?:[!-\-/-<>-~](?:[ -<>-~]*[!-<>-~])?)?$/

const dot = 0x2e

const hex = Array.from({ length: 256 }, (_, byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)

/**
 * Encodes a compiled text once, so that a mail is a join: a value begins on a line of its own, between soft breaks, which
 * vanish when read. Nothing about a literal then depends on the length of a guest's name.
 */
export function quotePieces<Context>(pieces: readonly Piece<Context>[]): Piece<Context>[] {
  const quoted: Piece<Context>[] = []
  let atLineStart = true
  const apart = joinNeighbours(pieces)
  for (const [i, piece] of apart.entries()) {
    if (typeof piece === 'string') {
      const opening: string = atLineStart || piece.startsWith('\n') ? '' : softBreak
      const text: string = opening + quote(piece, i < apart.length - 1)
      quoted.push(text)
      atLineStart = text.endsWith('\n')
    } else {
      if (!atLineStart) quoted.push(softBreak)
      quoted.push((context) => quoteValue(piece(context)))
      atLineStart = false
    }
  }
  return joinNeighbours(quoted)
}

/** A value on a line of its own. Most names and all links are plain and short. */
export function quoteValue(value: string): string {
  return value.length <= lineMax && plain.test(value) ? value : quote(value, false)
}

/**
 * Quoted-printable of a text with "\n" line ends, starting at the beginning of a line.
 * @param continues a soft break follows, so a space at the end needs no code.
 */
function quote(text: string, continues: boolean): string {
  return text
    .split('\n')
    .map((line, i, lines) => quoteLine(line, continues && i === lines.length - 1))
    .join('\r\n')
}

function quoteLine(line: string, continues: boolean): string {
  const bytes = Buffer.from(line)
  let quoted = ''
  let column = 0
  for (const [i, byte] of bytes.entries()) {
    const isBlank = byte === 0x20 || byte === 0x09
    const standsAsItIs =
      (byte > 0x20 && byte < 0x7f && byte !== 0x3d) || (isBlank && (i < bytes.length - 1 || continues))
    const width = standsAsItIs ? 1 : 3
    if (column + width > lineMax) {
      quoted += softBreak
      column = 0
    }
    // A line that begins with a dot would have to be doubled for SMTP, and a broken relay would take one alone for the end.
    const code = standsAsItIs && !(byte === dot && column === 0) ? String.fromCharCode(byte) : hex[byte]!
    quoted += code
    column += code.length
  }
  return quoted
}

function joinNeighbours<Context>(pieces: readonly Piece<Context>[]): Piece<Context>[] {
  const joined: Piece<Context>[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') joined[joined.length - 1] = last + piece
    else joined.push(piece)
  }
  return joined
}
