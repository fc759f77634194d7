import { expect, test } from 'vitest'
import { buttonWords } from './buttonWords.ts'

test.each([
  ['now', 42, undefined, 'Send to 42 guests now'],
  ['now', 1, 'draft', 'Send to 1 guest now'],
  ['now', 0, undefined, 'Send to nobody'],
  ['now', undefined, undefined, 'Send now'],
  ['at', 42, 'draft', 'Schedule for 42 guests'],
  ['at', 1284, undefined, 'Schedule for 1,284 guests'],
  ['at', 0, undefined, 'Schedule for nobody yet'],
  ['at', undefined, undefined, 'Schedule'],
  ['before', 42, undefined, 'Schedule for 42 guests'],
  ['before', 42, 'scheduled', 'Save, scheduled for 42 guests'],
  ['draft', 42, 'draft', 'Save draft'],
  ['draft', 42, 'scheduled', 'Make it a draft again'],
] as const)('%s, to %s, %s: “%s”', (kind, count, status, verb) => {
  expect(buttonWords({ kind, count, status }).verb).toBe(verb)
})
