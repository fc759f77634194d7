import { expect, test } from 'vitest'
import { audiences, readAudience, statusesOf, type AudienceKey } from './audiences.ts'
import { rsvpLabels, rsvpStatuses, type RsvpStatus } from './rsvp.ts'

const whoIsMeant: [AudienceKey, RsvpStatus[]][] = [
  ['everyone', ['pending', 'attending', 'declined', 'maybe']],
  ['attending', ['attending']],
  ['pending', ['pending']],
  ['declined', ['declined']],
  ['maybe', ['maybe']],
]

test.each(whoIsMeant)('the audience %s means the guests who answered %j', (key, statuses) => {
  expect(statusesOf([key]).toSorted()).toEqual(statuses.toSorted())
})

test('a host is offered five audiences, each with a word for people', () => {
  expect(audiences.map((audience) => audience.label)).toEqual(['Everyone', 'Attending', 'Pending', 'Declined', 'Maybe'])
  expect(Object.keys(rsvpLabels).toSorted()).toEqual([...rsvpStatuses].toSorted())
})

test.each<[string | string[], AudienceKey[]]>([
  ['attending', ['attending']],
  ['attending,maybe', ['attending', 'maybe']],
  [' attending , maybe ', ['attending', 'maybe']],
  [
    ['maybe', 'pending'],
    ['maybe', 'pending'],
  ],
  [['maybe', 'maybe'], ['maybe']],
])('%j is read as %j', (given, keys) => {
  expect(readAudience(given)).toEqual({ ok: true, value: keys })
})

test.each<[string | string[], string]>([
  ['', 'Choose who should get this message.'],
  [[], 'Choose who should get this message.'],
  ['guests', '“guests” is not an audience we know'],
  [['attending', 'coming'], '“coming” is not an audience we know'],
  ['attending,', '“” is not an audience we know'],
  ['__proto__', '“__proto__” is not an audience we know'],
  ['Everyone', '“Everyone” is not an audience we know'],
])('%j is refused and the unknown word is named', (given, problem) => {
  const reading = readAudience(given)

  expect(reading).toMatchObject({ ok: false, problem: expect.stringContaining(problem) })
})

test('several audiences together mean each answer once', () => {
  expect(statusesOf(['attending', 'maybe'])).toEqual(['attending', 'maybe'])
  expect(statusesOf(['everyone', 'maybe']).toSorted()).toEqual(['attending', 'declined', 'maybe', 'pending'])
})
