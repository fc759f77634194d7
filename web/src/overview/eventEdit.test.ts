import { expect, test } from 'vitest'
import * as given from '../../test/given.ts'
import { valuesOf } from '../events/eventForm.ts'
import { changeOf, moveWords, movesInTime } from './eventEdit.ts'

test('only what was edited is sent, so that a colleague’s edit elsewhere stays', () => {
  const event = given.event()

  expect(changeOf(event, valuesOf(event))).toEqual({})
  expect(changeOf(event, { ...valuesOf(event), venue: 'The pier' })).toEqual({ venue: 'The pier' })
})

test.each([
  [{ date: '2027-03-06' }, true],
  [{ start: '19:00' }, true],
  [{ timezone: 'Europe/Berlin' }, true],
  [{ name: 'Supper' }, false],
  [{ end: '23:00' }, false],
])('%j moves the event in time: %s', (edit, moves) => {
  const event = given.event()

  expect(movesInTime(changeOf(event, { ...valuesOf(event), ...edit }))).toBe(moves)
})

test.each([
  ['2027-03-06T23:00:00Z', 'America/New_York', 'Move it to Saturday 6 March?', 'Keep 14 March'],
  ['2027-03-14T23:00:00Z', 'America/New_York', 'Move it to 19:00?', 'Keep 18:00'],
  ['2027-03-14T17:00:00Z', 'Europe/Berlin', 'Move it to Berlin time?', 'Keep New York time'],
])('a move to %s in %s asks “%s”', (startsAt, timezone, question, keep) => {
  expect(moveWords(given.event(), { startsAt, timezone })).toEqual({ question, keep })
})
