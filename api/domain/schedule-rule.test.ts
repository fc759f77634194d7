import { afterEach, describe, expect, test } from 'vitest'
import { instantOf } from './event-time.ts'
import { instantOfRule, readScheduleRule, sameRule, type ScheduleRule } from './schedule-rule.ts'

const machineZone = process.env.TZ ?? Intl.DateTimeFormat().resolvedOptions().timeZone
afterEach(() => {
  process.env.TZ = machineZone
})

/** One day before, at the event's own time of day. The naive answer, 24 hours, is wrong in the rows where the clocks change. */
const dayBefore = [
  ['T1 spring forward between', 'America/New_York', '2027-03-14T18:00', '2027-03-14T22:00Z', '2027-03-13T23:00Z'],
  [
    'T2 the day before skips that time',
    'America/New_York',
    '2027-03-15T02:30',
    '2027-03-15T06:30Z',
    '2027-03-14T07:30Z',
  ],
  ['T3 fall back between', 'America/New_York', '2027-11-07T18:00', '2027-11-07T23:00Z', '2027-11-06T22:00Z'],
  ['T4 the day before has it twice', 'America/New_York', '2027-11-08T01:30', '2027-11-08T06:30Z', '2027-11-07T05:30Z'],
  ['T5 London in spring', 'Europe/London', '2027-03-28T10:00', '2027-03-28T09:00Z', '2027-03-27T10:00Z'],
  ['T6 London in autumn', 'Europe/London', '2027-10-31T10:00', '2027-10-31T10:00Z', '2027-10-30T09:00Z'],
  ['T7 Berlin skips that time', 'Europe/Berlin', '2027-03-29T02:30', '2027-03-29T00:30Z', '2027-03-28T01:30Z'],
  [
    'T8 half an hour of summer time',
    'Australia/Lord_Howe',
    '2027-04-04T09:00',
    '2027-04-03T22:30Z',
    '2027-04-02T22:00Z',
  ],
  ['T9 a gap of half an hour', 'Australia/Lord_Howe', '2027-10-04T02:15', '2027-10-03T15:15Z', '2027-10-02T15:45Z'],
  ['T10 a gap at midnight', 'America/Santiago', '2027-09-06T00:30', '2027-09-06T03:30Z', '2027-09-05T04:30Z'],
  ['T11 three quarters of an hour', 'Asia/Kathmandu', '2027-05-01T00:10', '2027-04-30T18:25Z', '2027-04-29T18:25Z'],
  ['T12 fourteen hours ahead', 'Pacific/Kiritimati', '2027-01-01T00:30', '2026-12-31T10:30Z', '2026-12-30T10:30Z'],
  ['T13 a leap day', 'America/New_York', '2028-03-01T09:00', '2028-03-01T14:00Z', '2028-02-29T14:00Z'],
  ['T14 no summer time at all', 'America/Phoenix', '2027-03-14T18:00', '2027-03-15T01:00Z', '2027-03-14T01:00Z'],
  ['T15 around Ramadan', 'Africa/Casablanca', '2027-02-08T20:00', '2027-02-08T20:00Z', '2027-02-07T20:00Z'],
] as const

/** The process's own zone, and what its clock is behind UTC by on 1 January 2027; it must not matter to any event. */
const machines = [
  ['UTC', 0],
  ['Asia/Kathmandu', -345],
  ['America/Santiago', 180],
  ['Pacific/Kiritimati', -840],
] as const

describe.each(machines)('on a machine set to %s', (machine, offset) => {
  test.each(dayBefore)('%s: %s %s', (_, timezone, localStart, startsAt, expected) => {
    process.env.TZ = machine
    expect(new Date('2027-01-01T00:00Z').getTimezoneOffset()).toBe(offset)
    const rule = { daysBefore: 1, localTime: localStart.slice(11) }

    expect(instantOf(localStart, timezone)).toEqual(new Date(startsAt))
    expect(instantOfRule(rule, { localStart, timezone })).toEqual(new Date(expected))
  })
})

const newYork = (localStart: string) => ({ localStart, timezone: 'America/New_York' })
const dayOf: ScheduleRule = { daysBefore: 0, localTime: '09:00', atLeastHoursBefore: 3 }

test.each<[string, ScheduleRule, string, string]>([
  ['an evening is reminded at nine', dayOf, '2027-06-10T18:00', '2027-06-10T13:00Z'],
  ['a breakfast is reminded three hours ahead', dayOf, '2027-06-10T08:00', '2027-06-10T09:00Z'],
  ['at noon both agree', dayOf, '2027-06-10T12:00', '2027-06-10T13:00Z'],
  ['just after midnight it is the evening before', dayOf, '2027-06-10T00:30', '2027-06-10T01:30Z'],
  ['hours pass, whatever the clocks do', { hoursBefore: 24 }, '2027-03-14T18:00', '2027-03-13T22:00Z'],
  [
    'and three hours before a start at 04:00 of the short night',
    { hoursBefore: 3 },
    '2027-03-14T04:00',
    '2027-03-14T05:00Z',
  ],
  [
    'seven days over a clock change keep nine o’clock',
    { daysBefore: 7, localTime: '09:00' },
    '2027-03-17T18:00',
    '2027-03-10T14:00Z',
  ],
  ['a year walks over a leap day', { daysBefore: 365, localTime: '09:00' }, '2028-12-31T18:00', '2028-01-01T14:00Z'],
])('%s', (_, rule, localStart, expected) => {
  expect(instantOfRule(rule, newYork(localStart))).toEqual(new Date(expected))
})

test.each<[unknown, ScheduleRule]>([
  [
    { daysBefore: 0, localTime: '09:00' },
    { daysBefore: 0, localTime: '09:00' },
  ],
  [
    { daysBefore: 365, localTime: '23:59' },
    { daysBefore: 365, localTime: '23:59' },
  ],
  [dayOf, dayOf],
  [{ hoursBefore: 1 }, { hoursBefore: 1 }],
  [{ hoursBefore: 720 }, { hoursBefore: 720 }],
])('the rule %j is accepted', (given, rule) => {
  expect(readScheduleRule(given)).toEqual({ ok: true, value: rule })
})

test.each([
  [{ daysBefore: -1, localTime: '09:00' }, 'Days before must be a whole number from 0 to 365.'],
  [{ daysBefore: 10_000, localTime: '09:00' }, 'Days before must be a whole number from 0 to 365.'],
  [{ daysBefore: 1.5, localTime: '09:00' }, 'Days before must be a whole number from 0 to 365.'],
  [{ daysBefore: '1', localTime: '09:00' }, 'Days before must be a whole number from 0 to 365.'],
  [{ daysBefore: Number.NaN, localTime: '09:00' }, 'Days before must be a whole number from 0 to 365.'],
  [{ daysBefore: 1 }, 'Write the time of day from 00:00 to 23:59, such as 09:00.'],
  [{ daysBefore: 1, localTime: '24:00' }, 'Write the time of day from 00:00 to 23:59, such as 09:00.'],
  [{ daysBefore: 1, localTime: '09:00', atLeastHoursBefore: 0 }, 'Hours before must be a whole number from 1 to 720.'],
  [{ hoursBefore: 0 }, 'Hours before must be a whole number from 1 to 720.'],
  [{ hoursBefore: 721 }, 'Hours before must be a whole number from 1 to 720.'],
  [{ hoursBefore: Number.POSITIVE_INFINITY }, 'Hours before must be a whole number from 1 to 720.'],
  [{ hoursBefore: 3, daysBefore: 1, localTime: '09:00' }, 'Say how many hours'],
  [null, 'Say how many hours'],
  ['1 day', 'Say how many hours'],
])('the rule %j is refused: %s', (given, problem) => {
  expect(readScheduleRule(given)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) })
})

test('two rules are the same when they say the same', () => {
  expect(sameRule(null, null)).toBe(true)
  expect(sameRule(dayOf, { ...dayOf })).toBe(true)
  expect(sameRule(dayOf, null)).toBe(false)
  expect(sameRule({ hoursBefore: 24 }, { hoursBefore: 25 })).toBe(false)
})
