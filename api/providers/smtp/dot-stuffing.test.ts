import fc from 'fast-check'
import { expect, test } from 'vitest'
import { onTheWire } from './dot-stuffing.ts'

test.each([
  ['a\r\n', 'a\r\n.\r\n'],
  ['a', 'a\r\n.\r\n'],
  ['', '\r\n.\r\n'],
  ['.\r\n', '..\r\n.\r\n'],
  ['a\r\n.\r\nb\r\n', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a\n.\nb\r\n', 'a\n..\nb\r\n.\r\n'],
  ['a\r.\rb\r\n', 'a\r..\rb\r\n.\r\n'],
  ['a\n', 'a\n\r\n.\r\n'],
  ['a\r\n.', 'a\r\n..\r\n.\r\n'],
])('%j goes over the wire as %j', (mime, wire) => {
  expect(onTheWire(mime)).toBe(wire)
})

test.each(['a\r\n', '.\r\n', 'a'])('commands leave behind the end of %j as they are', (mime) => {
  expect(onTheWire(mime, 'MAIL FROM:<.b@c>\r\n')).toBe(`${onTheWire(mime)}MAIL FROM:<.b@c>\r\n`)
})

test('whatever a mail holds, only its own end looks like one, and a server reads what was written', () => {
  const text = fc.array(fc.constantFrom('.', '\r', '\n', '\r\n', 'a', 'word ', '..'), { maxLength: 40 })
  fc.assert(
    fc.property(text, (parts) => {
      const mime = parts.join('')
      const wire = onTheWire(mime)

      expect(wire.slice(0, -3)).not.toMatch(/(?:^|[\r\n])\.(?:[\r\n]|$)/)
      expect(wire.endsWith('\r\n.\r\n')).toBe(true)
      const read = wire.slice(0, -3).replaceAll(/(^|[\r\n])\./g, '$1')
      expect(read).toBe(mime.endsWith('\r\n') ? mime : `${mime}\r\n`)
    }),
    { numRuns: 2000 },
  )
})
