import { expect, test } from 'vitest'
import { reminders, remindersFor } from './reminders.ts'

const dinner = { localStart: '2027-03-17T18:00', timezone: 'America/New_York' }

test('a future event is given four reminders, at nine in its own zone', () => {
  const seeded = remindersFor(dinner, new Date('2027-01-01T00:00Z'))

  expect(seeded.map(({ reminderKey, audience, sendAt }) => [reminderKey, audience, sendAt.toISOString()])).toEqual([
    ['seven_day', ['attending', 'maybe', 'pending'], '2027-03-10T14:00:00.000Z'],
    ['last_call', ['pending', 'maybe'], '2027-03-14T13:00:00.000Z'],
    ['one_day', ['attending', 'maybe'], '2027-03-16T13:00:00.000Z'],
    ['day_of', ['attending'], '2027-03-17T13:00:00.000Z'],
  ])
})

test.each([
  ['ten days ahead', '2027-03-07T12:00Z', ['seven_day', 'last_call', 'one_day', 'day_of']],
  ['at the very instant of the 7-day reminder', '2027-03-10T14:00Z', ['last_call', 'one_day', 'day_of']],
  ['two days ahead', '2027-03-15T18:00Z', ['one_day', 'day_of']],
  ['early on the day', '2027-03-17T12:59Z', ['day_of']],
  ['later on the day', '2027-03-17T13:01Z', []],
  ['after the event', '2027-03-20T00:00Z', []],
])('an event created %s gets only what is not late: %s', (_, now, keys) => {
  expect(remindersFor(dinner, new Date(now)).map((reminder) => reminder.reminderKey)).toEqual(keys)
})

test('people see names, never keys', () => {
  expect(reminders.map((reminder) => reminder.label)).toEqual([
    '7-day reminder',
    '3-day last call',
    '1-day reminder',
    'Day-of reminder',
  ])
})

test('each reminder has words, and a way to answer', () => {
  for (const reminder of reminders) {
    expect(reminder.subject.length).toBeGreaterThan(0)
    expect(reminder.body).toContain('{{rsvp_link}}')
    expect(reminder.body).toContain('{{event_date}}')
  }
})
