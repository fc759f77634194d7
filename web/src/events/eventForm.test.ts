import { expect, test } from 'vitest'
import * as given from '../../test/given.ts'
import { emptyEvent, eventFaults, eventOf, localEndOf, valuesOf } from './eventForm.ts'

const values = { ...emptyEvent(), name: 'Supper', date: '2027-03-14', timezone: 'America/New_York' }

test.each([
  [{ name: ' ' }, 'name', 'Give the event a name.'],
  [{ date: '' }, 'date', 'Choose the day.'],
  [{ start: '' }, 'start', 'Choose when it starts.'],
  [{ capacity: 'many' }, 'capacity', 'Write a number of people, or nothing for no limit.'],
  [{ capacity: '0' }, 'capacity', 'Write a number of people, or nothing for no limit.'],
  [{ end: '22:00', endDate: '2027-03-13' }, 'endDate', 'It would end before it starts.'],
  [{ endDate: '2027-03-15' }, 'end', 'Choose when it ends that day.'],
  [{ answerBy: '2027-03-15' }, 'answerBy', 'Answers close before the event.'],
] as const)('%j: “%s” is at fault', (change, field, words) => {
  expect(eventFaults({ ...values, ...change })[field]).toBe(words)
})

test('a name, a day and a start are enough', () => {
  expect(Object.values(eventFaults(values)).filter(Boolean)).toEqual([])
})

test('a party until two ends the day after', () => {
  expect(localEndOf({ ...values, start: '20:00', end: '02:00' })).toBe('2027-03-15T02:00')
})

test('answers close at the end of a day where the event is', () => {
  expect(eventOf({ ...values, answerBy: '2027-03-10' }).rsvpUntil).toBe('2027-03-11T04:59:00.000Z')
})

test('what was stored comes back unchanged', () => {
  const { name, localStart, localEnd, timezone, venue } = given.event()

  expect(eventOf(valuesOf(given.event()))).toMatchObject({ name, localStart, localEnd, timezone, venue })
})
