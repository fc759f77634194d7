import { expect, test, vi } from 'vitest'
import * as given from '../../test/given.ts'
import { hasButton, text, visit } from '../../test/page.ts'
import { problem, serve } from '../../test/server.ts'
import { posterOf } from './poster.ts'
import { comingUp } from './summary.ts'
import { shelfOf } from './useEventList.ts'

const now = new Date('2027-03-10T12:00:00Z')
const list = (...events: object[]) => ({ 'GET /v1/events': { body: { items: events, nextCursor: null } } })

test.each([
  ['published', '2027-03-14T22:00:00Z', null, 'upcoming'],
  ['published', '2027-03-10T09:00:00Z', null, 'upcoming'],
  ['published', '2027-03-10T09:00:00Z', '2027-03-10T11:00:00Z', 'past'],
  ['published', '2027-03-09T09:00:00Z', null, 'past'],
  ['draft', '2027-03-14T22:00:00Z', null, 'drafts'],
  ['cancelled', '2027-03-14T22:00:00Z', null, 'past'],
] as const)('a %s event from %s to %s is %s', (status, startsAt, endsAt, shelf) => {
  expect(shelfOf(given.event({ status, startsAt, endsAt }), now)).toBe(shelf)
})

test.each([
  [['2027-03-10T23:00:00Z'], 'One coming up, tonight.'],
  [['2027-03-11T23:00:00Z', '2027-03-20T23:00:00Z'], 'Two coming up. The next is tomorrow.'],
  [['2027-03-14T22:00:00Z'], 'One coming up, on Sunday 14 March.'],
  [[], 'Nothing is coming up.'],
])('events at %j: “%s”', (starts, words) => {
  expect(
    comingUp(
      starts.map((startsAt) => given.event({ startsAt })),
      now,
    ),
  ).toBe(words)
})

test('search does not mind accents and case', async () => {
  vi.useFakeTimers({ now, toFake: ['Date'] })
  serve(list(given.event({ name: 'Soirée', venue: null }), given.event({ id: given.eventId.replace(/1$/, '2') })))
  const page = await visit('/events')

  await page.get('input[type=search]').setValue('SOIREE')

  expect(page.findAll('main li h3').map((name) => name.text())).toEqual(['Soirée'])
  vi.useRealTimers()
})

test('somebody new is asked whom to invite', async () => {
  serve(list())

  await visit('/events')

  expect(text()).toContain('Whom would you like to invite?')
  expect(hasButton('Plan your first event')).toBe(true)
})

test('a list that does not load can be asked for again', async () => {
  serve({ 'GET /v1/events': problem(503, { title: 'The database cannot be reached' }) })

  await visit('/events')

  expect(text()).toContain('This could not be loaded')
  expect(hasButton('Try again')).toBe(true)
})

test('an event keeps its poster', () => {
  expect(posterOf(given.eventId, 'Supper')).toEqual(posterOf(given.eventId, 'Supper'))
})
