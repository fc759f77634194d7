import { expect, test } from 'vitest'
import { readBody, readDescription, readEventName, readSubject, readVenue } from './event-text.ts'

test.each([
  ['a line break and a header', 'Hi\r\nBcc: x@example.com'],
  ['a bare carriage return', 'Hi\rthere'],
  ['a body of its own', 'Hi\n\n<html>'],
  ['a NUL', 'Hi\u0000'],
  ['999 characters', 'x'.repeat(999)],
])('a subject with %s is refused', (_, text) => {
  expect(readSubject(text).ok).toBe(false)
})

test('a subject may be empty, and is otherwise kept as it is', () => {
  expect(readSubject(' ')).toEqual({ ok: true, value: '' })
  expect(readSubject('=?utf-8?b?eA==?= {{event_name}}')).toEqual({ ok: true, value: '=?utf-8?b?eA==?= {{event_name}}' })
})

test('a body is bounded in bytes, because that is what a mail program counts', () => {
  expect(readBody('x'.repeat(102_400)).ok).toBe(true)
  expect(readBody('x'.repeat(102_401)).ok).toBe(false)
  expect(readBody('é'.repeat(51_201)).ok).toBe(false)
  expect(readBody('')).toEqual({ ok: true, value: '' })
})

test('a name and a venue are one line, a description is not', () => {
  expect(readEventName('Dinner\nat eight').ok).toBe(false)
  expect(readVenue('The hall\nback door').ok).toBe(false)
  expect(readDescription('Dinner\nat eight')).toEqual({ ok: true, value: 'Dinner\nat eight' })
})
