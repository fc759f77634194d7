import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeWords, needsWords } from './encoded-word.ts'
import {
  assertAddress,
  assertHeaderSafe,
  listIdHeader,
  mailboxHeader,
  plainHeader,
  textHeader,
  unfold,
} from './header.ts'

test.each([
  ['Amina', 'To: Amina <a@example.com>'],
  ['Amina K. Haddad', 'To: "Amina K. Haddad" <a@example.com>'],
  ["O'Brien & Sons <VIP>", `To: "O'Brien & Sons <VIP>" <a@example.com>`],
  ['say "hi" \\o', 'To: "say \\"hi\\" \\\\o" <a@example.com>'],
  ['Zoë', 'To: =?utf-8?B?Wm/Dqw==?= <a@example.com>'],
  ['=?utf-8?q?evil?=', 'To: =?utf-8?B?PT91dGYtOD9xP2V2aWw/PQ==?= <a@example.com>'],
  ['', 'To: a@example.com'],
])('the name %j is written as %s', (name, header) => {
  expect(mailboxHeader('To', { name, address: 'a@example.com' })).toBe(header)
})

test('long headers are folded where a reader puts them together again', () => {
  const words = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen'

  const header = textHeader('Subject', words)

  expect(Math.max(...header.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(76)
  expect(unfold(header)).toEqual(['Subject', words])
  expect(plainHeader('List-Unsubscribe', `<https://events.example.org/u/${'x'.repeat(44)}>`)).toBe(
    `List-Unsubscribe:\r\n <https://events.example.org/u/${'x'.repeat(44)}>`,
  )
  expect(listIdHeader('Été', 'a.events.example.org')).toBe('List-Id: =?utf-8?B?w4l0w6k=?= <a.events.example.org>')
})

test('encoded words are short, alone on their lines, and never cut a character', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
      fc.integer({ min: 0, max: 30 }),
      (text, column) => {
        const lines = encodeWords(text, column).split('\r\n ')

        expect(lines[0]!.length + column).toBeLessThanOrEqual(76)
        for (const line of lines) {
          expect(line.length).toBeLessThanOrEqual(75)
          const bytes = Buffer.from(/^=\?utf-8\?B\?(.*)\?=$/.exec(line)![1]!, 'base64')
          expect(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toBe(bytes.toString())
        }
      },
    ),
  )
})

test('what could end a header or begin another mailbox never leaves', () => {
  for (const value of ['a\r\nBcc: x', 'a\nb', 'a\0b', 'é', 'a\u2028b', '\t']) {
    expect(() => assertHeaderSafe(value)).toThrow('printable ASCII')
  }
  for (const address of [
    'a@example.com, evil@example.net',
    'a@example.com;b@example.com',
    'a@example.com\r\nBcc: evil@example.net',
    'Group: a@x.com, b@x.com;',
    '(comment)a@example.com',
    '"evil@example.net x"@example.com',
    '<a@example.com>',
    'a@[127.0.0.1]',
    'ü@example.com',
    'a b@example.com',
    'a',
    '@example.com',
    'a@b@c',
    '',
  ]) {
    expect(() => assertAddress(address)).toThrow('Not an address')
  }
})

test('text that looks encoded is encoded again', () => {
  expect(needsWords('=?utf-8?q?x?=')).toBe(true)
  expect(needsWords('a = b ? c')).toBe(false)
})
