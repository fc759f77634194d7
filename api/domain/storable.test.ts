import { expect, test } from 'vitest'
import { storable } from './storable.ts'

test('what a database refuses is shown as a character that nobody knows, and everything else stays', () => {
  expect(storable('550 no such\0user\0')).toBe('550 no such\uFFFDuser\uFFFD')
  expect(storable('550 5.1.1 ünknown\r\n\t😀')).toBe('550 5.1.1 ünknown\r\n\t😀')
})
