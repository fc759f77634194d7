import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fill, type Piece } from '../marks.ts'
import { quotePieces, quoteValue } from './quoted-printable.ts'

/** RFC 2045 section 6.7, the other way round. */
function decode(quoted: string): string {
  const bytes = quoted
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

const texts = fc.string({
  unit: fc.oneof(fc.constantFrom('\n', ' ', '=', '.', '\t', 'word '), fc.string({ unit: 'grapheme', maxLength: 1 })),
  maxLength: 300,
})
const pieces = fc.array(
  fc.oneof(
    texts,
    texts.map(
      (value): Piece<undefined> =>
        () =>
          value,
    ),
  ),
  { maxLength: 8 },
)

test('encoded pieces read as the text that they make together', () => {
  fc.assert(
    fc.property(pieces, (parts: Piece<undefined>[]) => {
      const quoted = fill(quotePieces(parts), undefined)

      expect(decode(quoted)).toBe(fill(parts, undefined).replaceAll('\n', '\r\n'))
      for (const line of quoted.split('\r\n')) {
        expect(line).not.toMatch(/^\./)
        expect(line).toMatch(/^[\t -~]{0,76}$/)
        expect(line).not.toMatch(/[ \t]$/)
        expect(line).toMatch(/^(?:[^=]|=[0-9A-F]{2})*=?$/)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('what never changes is one piece, however many it was', () => {
  expect(quotePieces(['a', 'b', () => 'x', 'c'])).toEqual(['ab=\r\n', expect.any(Function), '=\r\nc'])
})

test.each([
  ['plain', 'plain'],
  ['a=b', 'a=3Db'],
  ['é', '=C3=A9'],
  ['end ', 'end=20'],
  ['.', '=2E'],
  ['..a.', '=2E.a.'],
  [`${'x'.repeat(75)}.y`, `${'x'.repeat(75)}=\r\n=2Ey`],
  ['x'.repeat(80), `${'x'.repeat(75)}=\r\n${'x'.repeat(5)}`],
  ['\uD83D\uDC69', '=F0=9F=91=A9'],
])('%j is written %s', (value, quoted) => {
  expect(quoteValue(value)).toBe(quoted)
})
