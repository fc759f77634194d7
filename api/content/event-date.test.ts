import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { eventDate, eventWhen, zoneName } from './event-date.ts'

const dinner = { localStart: '2027-03-14T18:00', timezone: 'America/New_York', startsAt: '2027-03-14T22:00:00Z' }

test('the date is written by the clock of the event, with the zone named', () => {
  expect(eventDate(dinner)).toBe('Sunday, 14 March 2027, 18:00 (New York time)')
})

test.each([
  ['without an end', undefined, '18:00, New York time'],
  ['on one day', '2027-03-14T22:00', '18:00 to 22:00, New York time'],
  ['past midnight', '2027-03-15T02:00', '18:00 to Monday, 15 March 2027, 02:00, New York time'],
])('hours %s', (_, localEnd, hours) => {
  expect(eventWhen({ ...dinner, localEnd })).toEqual({ day: 'Sunday, 14 March 2027', hours })
})

test.each([
  ['Europe/Berlin', 'Berlin time'],
  ['America/Argentina/Buenos_Aires', 'Buenos Aires time'],
  ['America/North_Dakota/New_Salem', 'New Salem time'],
  ['Asia/Calcutta', 'Calcutta time'],
  ['UTC', 'UTC'],
  ['Etc/UTC', 'UTC'],
  ['EST', 'UTC-5'],
  ['Etc/GMT-14', 'UTC+14'],
])('%s is called %s', (timezone, name) => {
  expect(zoneName(timezone, '2027-03-14T22:00:00Z')).toBe(name)
})

test('an hour that the clocks skip or repeat is written as the host wrote it', () => {
  expect(eventDate({ ...dinner, localStart: '2027-03-14T02:30' })).toBe('Sunday, 14 March 2027, 02:30 (New York time)')
  expect(eventDate({ ...dinner, localStart: '2027-11-07T01:30' })).toBe(
    'Sunday, 7 November 2027, 01:30 (New York time)',
  )
})

test.each(['Pacific/Kiritimati', 'America/St_Johns', 'Antarctica/Troll'])(
  'a process that lives in %s writes the same',
  (TZ) => {
    const script = `
    import { eventDate, eventWhen } from './api/content/event-date.ts'
    const event = ${JSON.stringify({ ...dinner, localEnd: '2027-03-15T00:30' })}
    console.log(JSON.stringify([eventDate(event), eventWhen(event)]))`

    const written = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
      env: { ...process.env, TZ },
      encoding: 'utf8',
    })

    expect(JSON.parse(written)).toEqual([eventDate(dinner), eventWhen({ ...dinner, localEnd: '2027-03-15T00:30' })])
  },
)
