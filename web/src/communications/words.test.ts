import { expect, test } from 'vitest'
import { audiences, counts, message } from '../../test/given-messages.ts'
import { audienceWords, clockNote, farAway, sentWords, waitWords } from './words.ts'

test.each([
  ['2027-03-14T13:00:00Z', 'America/New_York', 'Clocks go forward that night. Still 09:00 in New York.'],
  ['2027-11-07T14:00:00Z', 'America/New_York', 'Clocks go back that night. Still 09:00 in New York.'],
  ['2027-03-13T14:00:00Z', 'America/New_York', undefined],
  ['2027-03-15T04:30:00Z', 'America/New_York', undefined],
  ['2027-03-28T07:00:00Z', 'Europe/Berlin', 'Clocks go forward that night. Still 09:00 in Berlin.'],
  ['2027-03-28T07:00:00Z', 'UTC', undefined],
])('at %s in %s: %s', (at, zone, note) => {
  expect(clockNote(at, zone)).toBe(note)
})

test.each([
  ['2027-03-07T14:00:00Z', 'in 5 days'],
  ['2027-03-03T14:00:00Z', 'in 1 day'],
  ['2027-03-04T09:00:00Z', 'in 2 days'],
  ['2027-03-02T14:30:00Z', 'in 2 h 30 min'],
  ['2027-03-15T13:00:00Z', 'in 13 days'], // the clocks go forward in between
])('%s is %s', (at, words) => {
  expect(farAway(at, new Date('2027-03-02T12:00:00Z'), 'America/New_York')).toBe(words)
})

test('a message whose provider takes no mail says why, and when it is tried again', () => {
  const waitsFor = { reason: "The mail provider's quota is used up.", until: '2027-03-14T22:00:00Z' }

  expect(waitWords(waitsFor, 'America/New_York')).toBe(
    "The mail provider's quota is used up. Nobody is lost: it goes on by itself, next tried Sun 14 Mar, 18:00.",
  )
})

test('an audience is told in words, and a key that nobody knows is not shown', () => {
  expect(audienceWords(['attending', 'maybe'], audiences)).toBe('attending, maybe')
  expect(audienceWords(['vip_list'], audiences)).toBe('guests')
})

test.each([
  [
    { status: 'sent', counts: counts({ total: 1300, sent: 1279, skipped: 21, opened: 780 }) },
    '1,279 sent, 21 skipped, 60% opened',
  ],
  [{ status: 'sent', counts: counts() }, 'Nobody was in the audience'],
  [
    { status: 'failed', counts: counts({ total: 2, failed: 2 }), endReason: 'No guest could be reached.' },
    'No guest could be reached.',
  ],
] as const)('what became of it: %j', (change, words) => {
  expect(sentWords(message(change))).toBe(words)
})
