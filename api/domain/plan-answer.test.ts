import { expect, test } from 'vitest'
import { isOpenForAnswers, planAnswer, type AnsweredEvent, type StandingAnswer } from './plan-answer.ts'

const now = new Date('2027-03-01T12:00Z')
const dinner: AnsweredEvent = {
  localStart: '2027-03-17T18:00',
  timezone: 'America/New_York',
  status: 'published',
  rsvpUntil: new Date('2027-03-10T12:00Z'),
  capacity: 10,
}
const pending: StandingAnswer = { rsvpStatus: 'pending', partySize: 1 }

test.each<[string, Partial<AnsweredEvent>, string, boolean]>([
  ['before the deadline', {}, '2027-03-10T11:59Z', true],
  ['at the deadline', {}, '2027-03-10T12:00Z', true],
  ['after the deadline', {}, '2027-03-10T12:01Z', false],
  ['without a deadline, until the start', { rsvpUntil: null }, '2027-03-17T21:59Z', true],
  ['at the start', { rsvpUntil: null }, '2027-03-17T22:00Z', false],
  ['after the start, whatever the deadline', { rsvpUntil: new Date('2028-01-01T00:00Z') }, '2027-03-18T00:00Z', false],
  ['when the event is cancelled', { status: 'cancelled' }, '2027-03-01T12:00Z', false],
  ['while the event is a draft', { status: 'draft' }, '2027-03-01T12:00Z', true],
])('answers are open %s', (_, change, at, open) => {
  const event = { ...dinner, ...change }

  expect(isOpenForAnswers(event, new Date(at))).toBe(open)
  expect(planAnswer({ status: 'maybe' }, pending, event, 0, new Date(at)).kind).toBe(open ? 'planned' : 'refused')
})

const unlimited: AnsweredEvent = { ...dinner, capacity: null }

test.each<[string, Parameters<typeof planAnswer>[0], StandingAnswer, number, AnsweredEvent, string]>([
  ['the last two places', { status: 'attending', partySize: 2 }, pending, 8, dinner, 'planned'],
  ['one place too many', { status: 'attending', partySize: 3 }, pending, 8, dinner, '2 places are left'],
  ['a full house', { status: 'attending' }, pending, 10, dinner, 'All places are taken'],
  ['a house that is more than full', { status: 'attending' }, pending, 14, dinner, 'All places are taken'],
  ['maybe, in a full house', { status: 'maybe' }, pending, 10, dinner, 'planned'],
  ['no, in a full house', { status: 'declined' }, pending, 10, dinner, 'planned'],
  [
    'the same again, in a fuller house',
    { status: 'attending' },
    { rsvpStatus: 'attending', partySize: 4 },
    14,
    dinner,
    'planned',
  ],
  [
    'a smaller party',
    { status: 'attending', partySize: 2 },
    { rsvpStatus: 'attending', partySize: 4 },
    14,
    dinner,
    'planned',
  ],
  [
    'a growing party',
    { status: 'attending', partySize: 5 },
    { rsvpStatus: 'attending', partySize: 4 },
    6,
    dinner,
    '4 places are left',
  ],
  [
    'back after a no',
    { status: 'attending' },
    { rsvpStatus: 'declined', partySize: 2 },
    9,
    dinner,
    'One place is left',
  ],
  ['any number without a capacity', { status: 'attending', partySize: 50 }, pending, 9_000, unlimited, 'planned'],
])('%s', (_, answer, guest, seatsOfOthers, event, expected) => {
  const plan = planAnswer(answer, guest, event, seatsOfOthers, now)

  expect(plan.kind === 'refused' ? plan.refusal.detail : plan.kind).toContain(expected)
})

test('an answer that does not say how many keeps the party', () => {
  expect(planAnswer({ status: 'attending' }, { ...pending, partySize: 3 }, dinner, 0, now)).toEqual({
    kind: 'planned',
    rsvpStatus: 'attending',
    partySize: 3,
  })
})
