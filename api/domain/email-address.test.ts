import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEmailAddress } from './email-address.ts'

test.each([
  ['amina@example.com', 'amina@example.com'],
  ['  amina@example.com\t', 'amina@example.com'],
  ['A@Example.COM', 'a@example.com'],
  ['a+tag@example.com', 'a+tag@example.com'],
  ["o'brien@example.com", "o'brien@example.com"],
  ['first.last@sub.example.co.uk', 'first.last@sub.example.co.uk'],
  ['postmaster@example.com', 'postmaster@example.com'],
  ['abuse@example.com', 'abuse@example.com'],
  ['a@exämple.com', 'a@xn--exmple-cua.com'],
  ['a@EXÄMPLE.com', 'a@xn--exmple-cua.com'],
  ['a@xn--exmple-cua.com', 'a@xn--exmple-cua.com'],
  ['a@例え.テスト', 'a@xn--r8jz45g.xn--zckzah'],
  ['1@2.com', '1@2.com'],
  [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
])('%j is the address %s', (text, address) => {
  expect(readEmailAddress(text)).toEqual({ ok: true, address })
})

test.each([
  ['', 'Write an e-mail address'],
  [' \t', 'Write an e-mail address'],
  ['amina', 'has an @ in it'],
  ['@example.com', 'Something is missing before the @'],
  ['a@', 'not a domain'],
  ['a@b', 'not a domain'],
  ['a@localhost', 'not a domain'],
  ['a@b..com', 'not a domain'],
  ['a@.com', 'not a domain'],
  ['a@example.com.', 'not a domain'],
  ['a@-example.com', 'not a domain'],
  ['a@example-.com', 'not a domain'],
  ['a@ex_ample.com', 'not a domain'],
  ['a@127.0.0.1', 'not a domain'],
  ['a@0x7f.1', 'not a domain'],
  ['a@xn--', 'not a domain'],
  ['a@xn--.com', 'not a domain'],
  ['a@xn--zzzzzzzz99999.com', 'not a domain'],
  ['a@ab--cd.com', 'not a domain'],
  ['a@example。com', 'not a domain'],
  [`a@${'b'.repeat(64)}.com`, 'not a domain'],
  ['a@example.com:25', 'not a domain'],
  ['a@example.com/x', 'not a domain'],
  ['.a@b.com', 'A dot stands at the edge'],
  ['a.@b.com', 'A dot stands at the edge'],
  ['a..b@c.com', 'A dot stands at the edge'],
  ['"a b"@example.com', 'quotation marks'],
  ['"evil@example.net x"@example.com', 'quotation marks'],
  [`"${'x'.repeat(400)}" <a@example.com>`, 'angle brackets'],
  [`"${'x'.repeat(5000)}" <a@example.com>`, 'too long'],
  ['a\\b@example.com', 'quotation marks'],
  ['a@example.com, evil@example.net', 'one address only'],
  ['a@example.com;b@example.com', 'one address only'],
  ['Group: a@x.com, b@x.com;', 'one address only'],
  ['a@example.com\r\nBcc: evil@example.net', 'line break'],
  ['a@example.com\nx', 'line break'],
  ['a\u0000@example.com', 'line break'],
  ['a@example.com\u2028x', 'line break'],
  ['a@example.com%0d%0aBcc:x', '% or !'],
  ['user%other.example@example.com', '% or !'],
  ['host!user@example.com', '% or !'],
  ['(comment)a@example.com', 'comments'],
  ['a@[127.0.0.1]', 'not its number'],
  ['a@[IPv6:::1]', 'not its number'],
  ['-oQ/tmp@example.com', 'begin with a dash'],
  [`${'a'.repeat(65)}@example.com`, '64 characters at most'],
  [`${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example.com`, 'too long'],
  ['ü@exämple.com', 'plain Latin letters'],
  ['аdmin@example.com', 'plain Latin letters'],
  ['a@ex ample.com', 'a space'],
  ['a b@example.com', 'a space'],
  ['a\u00a0b@example.com', 'a space'],
  ['mailto:a@example.com', 'mailto:'],
  ['<a@example.com>', 'angle brackets'],
  ['Amina <a@example.com>', 'angle brackets'],
  ['=?utf-8?q?a=40x.com?=@example.com', 'encoded'],
  ['a＠example.com', 'wide character'],
  ['a@b@example.com', 'more than one @'],
  ['a:b@example.com', 'cannot have'],
  ['(', 'comments'],
  ['('.repeat(10_000), 'too long'],
  ['<'.repeat(10_000), 'too long'],
])('%j is refused: %s', (text, problem) => {
  expect(readEmailAddress(text)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) })
})

test.each([
  ['commas', ','.repeat(100_000)],
  ['dots', `${'a.'.repeat(50_000)}@example.com`],
  ['at signs', '@'.repeat(100_000)],
  ['dashes in a domain', `a@${'-'.repeat(100_000)}.com`],
  ['a megabyte of one letter', 'A'.repeat(1_000_000)],
])('%s are refused at once', (_, text) => {
  const begin = performance.now()

  expect(readEmailAddress(text).ok).toBe(false)
  expect(performance.now() - begin).toBeLessThan(2_000)
})

test('what is read reads as itself, and could never be two recipients or two header lines', () => {
  const odd = fc.string({ unit: fc.constantFrom(...'aB1.-+@,;:"<>()[]\\%! \r\n\0äд＠'), maxLength: 30 })
  const texts = fc.oneof(
    fc.emailAddress(),
    odd,
    odd.map((text) => `${text}@example.com`),
  )

  fc.assert(
    fc.property(texts, (text) => {
      const reading = readEmailAddress(text)
      if (!reading.ok) return
      expect(reading.address).toMatch(/^[!-?A-~]+@[!-?A-~]+$/)
      expect(reading.address).not.toMatch(/[,;:"<>()[\]\\%!\sA-Z]/)
      expect(readEmailAddress(reading.address)).toEqual(reading)
    }),
    { numRuns: 2_000 },
  )
})
