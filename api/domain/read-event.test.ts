import { expect, test } from 'vitest'
import { readEvent } from './read-event.ts'

const now = new Date('2027-03-01T12:00Z')
const dinner = { name: 'Dinner', localStart: '2027-03-17T18:00', timezone: 'UTC' }

function refusalOf(change: object, was?: Parameters<typeof readEvent>[2]) {
  const reading = readEvent({ ...dinner, ...change }, now, was)
  return reading.kind === 'refused' ? [reading.refusal.key, reading.refusal.field] : reading.kind
}

test.each([
  ['a start in a hundred years', { localStart: '2127-03-01T12:00' }, 'read'],
  ['a minute later', { localStart: '2127-03-01T12:01' }, ['eventTooFar', '/localStart']],
  ['an end that nobody lives to see', { localEnd: '2127-03-17T23:00' }, ['eventTooFar', '/localEnd']],
  ['a year of five digits', { localStart: '12027-03-17T18:00' }, ['fieldInvalid', '/localStart']],
  ['the last year of calendars', { localStart: '9999-12-31T18:00' }, ['fieldInvalid', '/localStart']],
])('%s', (_, change, expected) => {
  expect(refusalOf(change)).toEqual(expected)
})

test('an event that has a far date already keeps it, and may be moved only nearer', () => {
  const was = { startsAt: new Date('2150-03-17T18:00Z'), endsAt: new Date('2150-03-17T23:00Z') }
  const far = { localStart: '2150-03-17T18:00', localEnd: '2150-03-17T23:00' }

  expect(refusalOf({ ...far, name: 'Supper' }, was)).toBe('read')
  expect(refusalOf({ ...far, localStart: '2150-03-17T19:00' }, was)).toEqual(['eventTooFar', '/localStart'])
  expect(refusalOf({ localEnd: '2027-03-17T23:00' }, was)).toBe('read')
})
