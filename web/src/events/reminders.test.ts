import { expect, test } from 'vitest'
import { remindersFor, reminders as seeded } from '../../../api/domain/reminders.ts'
import { plannedReminders, seededReminders } from './reminders.ts'

test('a new event is promised exactly the reminders that the server seeds', () => {
  const promised = seededReminders.map(({ label, to, ...rule }) => ({ label, to, rule }))

  expect(promised).toEqual(
    seeded.map(({ label, audience, rule }) => ({ label, to: audience.join(', '), rule: { ...rule } })),
  )
})

test.each([
  ['2027-03-14T18:00', 'America/New_York', '2027-03-01T00:00:00Z'],
  ['2027-03-14T08:00', 'America/New_York', '2027-03-09T12:00:00Z'],
  ['2027-10-31T09:30', 'Europe/Berlin', '2027-10-01T00:00:00Z'],
  ['2027-06-01T23:30', 'Pacific/Apia', '2027-06-01T00:00:00Z'],
])('an event at %s in %s gets them at the same instants, seen from %s', (localStart, timezone, at) => {
  const now = new Date(at)

  const promised = plannedReminders(localStart, timezone, now).filter((reminder) => !reminder.past)

  expect(promised.map((reminder) => reminder.at.toISOString())).toEqual(
    remindersFor({ localStart, timezone }, now).map((reminder) => reminder.sendAt.toISOString()),
  )
})
