import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readName, readNote, readPartySize, readPhone, readTags } from './person-text.ts'

test.each([
  ['Amina', 'Amina'],
  ['  Amina  ', 'Amina'],
  ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['"><svg onload=alert(1)>', '"><svg onload=alert(1)>'],
  ['{{7*7}}', '{{7*7}}'],
  ['{{guest.name}}', '{{guest.name}}'],
  ["Robert'); --", "Robert'); --"],
  ['%s%n%x', '%s%n%x'],
  ['null', 'null'],
  ['__proto__', '__proto__'],
  ["O'Brien & Sons <VIP>", "O'Brien & Sons <VIP>"],
  ['İıIi ß', 'İıIi ß'],
  ['Rene\u0301', 'René'],
  ['مريم ٤٢', 'مريم ٤٢'],
  ['شبنم\u200cرضا', 'شبنم\u200cرضا'],
  ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
  ['A'.repeat(200), 'A'.repeat(200)],
  ['😀'.repeat(200), '😀'.repeat(200)],
])('the name %j is stored as it is', (text, name) => {
  expect(readName(text)).toEqual({ ok: true, value: name })
})

test.each(['', '   ', '\t', '\u200d', '\u200b\u200c\u2060', '\ufeff', '\u3164'])(
  'the name %j counts as empty',
  (text) => {
    expect(readName(text)).toEqual({ ok: true, value: null })
  },
)

test.each([
  ['Ami\u0000na', 'hidden character'],
  ['Ami\u001b[2Jna', 'hidden character'],
  ['Hi\r\nBcc: x@example.com', 'line break'],
  ['Hi\rthere', 'line break'],
  ['Hi\u2028there', 'line break'],
  ['Hi\u0085there', 'line break'],
  ['Ami\ud800na', 'broken character'],
  ['\u202egpj.exe', 'turns text around'],
  ['\u2066Amina\u2069', 'turns text around'],
  ['A'.repeat(201), '200 characters at most'],
  [`e${'\u0301'.repeat(256)}`, '200 characters at most'],
  ['A'.repeat(1_000_000), '200 characters at most'],
])('the name %j is refused: %s', (text, problem) => {
  expect(readName(text)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) })
})

test('a name that is accepted fits its column, is one line, and reads as itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 220 }), (text) => {
      const reading = readName(text)
      if (!reading.ok || reading.value === null) return
      expect([...reading.value].length).toBeLessThanOrEqual(200)
      expect(reading.value.split(/[\r\n\u0085\u2028\u2029]/)).toHaveLength(1)
      expect(readName(reading.value)).toEqual(reading)
    }),
    { numRuns: 300 },
  )
})

test('a note keeps its lines, in one kind of line end', () => {
  expect(readNote(' Vegan.\r\nNo nuts.\r\tThank you ')).toEqual({ ok: true, value: 'Vegan.\nNo nuts.\n\tThank you' })
  expect(readNote('No\u0000 nuts').ok).toBe(false)
  expect(readNote('x'.repeat(2001)).ok).toBe(false)
})

test.each([
  ['+1 (212) 555-0100', '+12125550100'],
  ['+49 30 901820', '+4930901820'],
  ['+44 20 7946 0018', '+442079460018'],
  ['030 / 90 18 20', '030 / 90 18 20'],
  ['(212) 555-0100', '(212) 555-0100'],
  ['112', '112'],
  ['+1 212 555 0100 ext. 5', '+1 212 555 0100 ext. 5'],
  ['', null],
])('the phone number %j is stored as %j', (text, phone) => {
  expect(readPhone(text)).toEqual({ ok: true, value: phone })
})

test.each(['call me', '+', '12', '+1 2', '+999 123456789012', '0123\n456', '+49 30 901820; +49 30 1', '1'.repeat(33)])(
  'the phone number %j is refused',
  (text) => {
    expect(readPhone(text).ok).toBe(false)
  },
)

test.each<[string | string[], string[]]>([
  ['family; table 4', ['family', 'table 4']],
  ['family,table 4,,', ['family', 'table 4']],
  ['Family;family;FAMILY', ['Family']],
  [
    ['family', 'table 4'],
    ['family', 'table 4'],
  ],
  ['', []],
  [[], []],
  ['__proto__; constructor', ['__proto__', 'constructor']],
])('the tags %j are %j', (given, tags) => {
  expect(readTags(given)).toEqual({ ok: true, value: tags })
})

test.each<[string | string[], string]>([
  [['a, b'], 'comma or a semicolon'],
  ['x'.repeat(51), '50 characters at most'],
  [Array.from({ length: 21 }, (_, i) => `tag ${i}`), '20 tags at most'],
  [','.repeat(1_000_000), '20 tags at most'],
])('tags are refused: %#', (given, problem) => {
  expect(readTags(given)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) })
})

test('a party is one to fifty people', () => {
  expect(['1', ' 50 ', ''].map(readPartySize)).toEqual([1, 50, null].map((value) => ({ ok: true, value })))
  for (const text of ['0', '51', '-1', '1.5', '1e1', 'two', '0x2', '٣']) expect(readPartySize(text).ok).toBe(false)
})
