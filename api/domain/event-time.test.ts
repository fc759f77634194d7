import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  clockChangeAt,
  instantOf,
  readClock,
  readTimeZone,
  readWallTime,
  shiftCalendar,
  wallTimeAt,
} from './event-time.ts'

test.each([
  ['2027-03-14T18:00', '2027-03-14T18:00'],
  ['2027-03-14T18:00:00', '2027-03-14T18:00'],
  [' 2027-03-14T18:00 ', '2027-03-14T18:00'],
  ['2028-02-29T00:00', '2028-02-29T00:00'],
  ['1970-01-01T00:00', '1970-01-01T00:00'],
  ['2199-12-31T23:59', '2199-12-31T23:59'],
])('the wall time %j is read as %s', (text, wallTime) => {
  expect(readWallTime(text)).toEqual({ ok: true, value: wallTime })
})

test.each([
  ['2027-02-29T18:00', 'There is no 2027-02-29 in the calendar'],
  ['2027-13-01T18:00', 'There is no 2027-13-01 in the calendar'],
  ['2027-04-31T18:00', 'There is no 2027-04-31 in the calendar'],
  ['2027-00-10T18:00', 'There is no 2027-00-10 in the calendar'],
  ['0001-01-01T00:00', 'The year must be between 1970 and 2199'],
  ['9999-12-31T00:00', 'The year must be between 1970 and 2199'],
  ['275760-09-13T00:00', 'Write the time as'],
  ['2027-03-14T24:00', 'Write the time as'],
  ['2027-03-14T23:60', 'Write the time as'],
  ['2027-03-14T23:59:60', 'Write the time as'],
  ['2027-03-14T23:59:59', 'Write the time as'],
  ['2027-03-14 18:00', 'Write the time as'],
  ['2027-03-14T18:00Z', 'Write the time as'],
  ['2027-03-14T18:00+14:00', 'Write the time as'],
  ['2027-03-14', 'Write the time as'],
  ['12:30 AM', 'Write the time as'],
  ['1805040000', 'Write the time as'],
  ['', 'Write the time as'],
  ['٢٠٢٧-٠٣-١٤T١٨:٠٠', 'Write the time as'],
])('the wall time %j is refused with the fix', (text, problem) => {
  expect(readWallTime(text)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) })
})

test.each([
  ['America/New_York', 'America/New_York'],
  ['america/new_york', 'America/New_York'],
  ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ['America/Port-au-Prince', 'America/Port-au-Prince'],
  ['Asia/Kolkata', 'Asia/Kolkata'],
  ['Asia/Calcutta', 'Asia/Calcutta'],
  ['US/Eastern', 'US/Eastern'],
  ['Europe/Kyiv', 'Europe/Kyiv'],
  ['UTC', 'UTC'],
  ['utc', 'UTC'],
  ['Etc/UTC', 'Etc/UTC'],
  [' Europe/Berlin ', 'Europe/Berlin'],
])('the time zone %j is kept as %s', (text, zone) => {
  expect(readTimeZone(text)).toEqual({ ok: true, value: zone })
})

test.each([
  'EST',
  'EST5EDT',
  'CET',
  'Zulu',
  'GMT+5',
  'Etc/GMT+5',
  'SystemV/EST5',
  '+14:00',
  '-12:00',
  '+99:99',
  'Mars/Phobos',
  '../../etc/passwd',
  'America/New_York/../../x',
  'posix/America/New_York',
  '',
  ' ',
  'New York',
  'America/New York',
  'A/'.repeat(50_000),
])('the time zone %j is refused with an example of a good one', (text) => {
  expect(readTimeZone(text)).toMatchObject({ ok: false, problem: expect.stringContaining('America/New_York') })
})

test('each zone that a browser offers is accepted under its own name', () => {
  const offered = Intl.supportedValuesOf('timeZone').filter((zone) => !zone.startsWith('Etc/'))

  expect(offered.length).toBeGreaterThan(400)
  expect(offered.map(readTimeZone)).toEqual(offered.map((zone) => ({ ok: true, value: zone })))
})

test.each([
  [
    'a time that the clocks skip lands after the gap',
    '2027-03-14T02:30',
    'America/New_York',
    '2027-03-14T07:30:00.000Z',
    'skipped',
    '2027-03-14T03:30',
  ],
  [
    'a time that comes twice means the first',
    '2027-11-07T01:30',
    'America/New_York',
    '2027-11-07T05:30:00.000Z',
    'repeated',
    '2027-11-07T01:30',
  ],
  [
    'a midnight that is skipped stays on its day',
    '2027-09-05T00:30',
    'America/Santiago',
    '2027-09-05T04:30:00.000Z',
    'skipped',
    '2027-09-05T01:30',
  ],
  [
    'half an hour is a gap too',
    '2027-10-03T02:15',
    'Australia/Lord_Howe',
    '2027-10-02T15:45:00.000Z',
    'skipped',
    '2027-10-03T02:45',
  ],
  [
    'an ordinary evening is itself',
    '2027-03-14T18:00',
    'America/New_York',
    '2027-03-14T22:00:00.000Z',
    null,
    '2027-03-14T18:00',
  ],
] as const)('%s', (_, wallTime, zone, instant, change, shown) => {
  expect(instantOf(wallTime, zone).toISOString()).toBe(instant)
  expect(clockChangeAt(wallTime, zone)).toBe(change)
  expect(wallTimeAt(new Date(instant), zone)).toBe(shown)
})

test.each([
  ['T16: a month before 31 March is the last of February', '2027-03-31T09:00', { months: -1 }, '2027-02-28T09:00'],
  ['T16: and the 29th in a leap year', '2028-03-31T09:00', { months: -1 }, '2028-02-29T09:00'],
  ['T17: a year after 29 February is the 28th', '2028-02-29T09:00', { years: 1 }, '2029-02-28T09:00'],
  ['a day before 1 March in a leap year', '2028-03-01T09:00', { days: -1 }, '2028-02-29T09:00'],
])('%s', (_, from, step, to) => {
  expect(shiftCalendar(from, step)).toBe(to)
})

test('a wall time that is neither skipped nor repeated comes back from its instant', () => {
  const zones = ['America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Kiritimati', 'Africa/Casablanca']
  const minutes = fc.integer({ min: 0, max: 60 * 24 * 366 * 100 })

  fc.assert(
    fc.property(minutes, fc.constantFrom(...zones), (minute, zone) => {
      const wallTime = new Date(Date.UTC(2000, 0, 1) + minute * 60_000).toISOString().slice(0, 16)
      fc.pre(clockChangeAt(wallTime, zone) !== 'skipped')
      expect(wallTimeAt(instantOf(wallTime, zone), zone)).toBe(wallTime)
    }),
    { numRuns: 500 },
  )
})

test('a time of day is refused unless it is on the clock', () => {
  expect(readClock('09:00')).toEqual({ ok: true, value: '09:00' })
  for (const text of ['9:00', '24:00', '09:60', '09:00:00', '12:30 AM', '']) expect(readClock(text).ok).toBe(false)
})
