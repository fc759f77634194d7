import { expect, test } from 'vitest'
import { distance, eventWhen, shortWhen, yourTime } from './words.ts'

const zone = 'America/New_York'
const start = '2027-03-14T22:00:00.000Z'

test('an event is written in its own zone, with the zone named', () => {
  expect(eventWhen({ startsAt: start, endsAt: '2027-03-15T02:00:00.000Z', timezone: zone })).toBe(
    'Sun 14 March 2027, 18:00–22:00, New York',
  )
})

test('an end on another day has its day', () => {
  expect(eventWhen({ startsAt: start, endsAt: '2027-03-15T06:00:00.000Z', timezone: zone })).toBe(
    'Sun 14 March 2027, 18:00 to Mon 15 Mar, 02:00, New York',
  )
})

test.each([
  ['Europe/Berlin', '23:00 for you in Berlin'],
  ['Asia/Tokyo', 'Mon 15 Mar, 07:00 for you in Tokyo'],
  ['America/Toronto', undefined],
])('somebody in %s reads %j', (yours, words) => {
  expect(yourTime(start, zone, yours)).toBe(words)
})

test('the day after the clocks went forward, nine is still nine', () => {
  expect(shortWhen('2027-03-14T13:00:00.000Z', zone)).toBe('Sun 14 Mar, 09:00')
  expect(shortWhen('2027-03-13T14:00:00.000Z', zone)).toBe('Sat 13 Mar, 09:00')
})

test.each([
  ['2027-03-22T18:00:00Z', 'in 7 days 20 h'],
  ['2027-03-14T22:40:30Z', 'in 40 min'],
  ['2027-03-11T22:00:00Z', '3 days ago'],
  ['2027-03-14T22:00:20Z', 'now'],
  ['2027-04-20T22:00:00Z', 'in 37 days'],
])('%s is %s', (at, words) => {
  expect(distance(at, new Date(start))).toBe(words)
})
