import { expect, test } from 'vitest'
import { event } from '../../../test/given.ts'
import { message, reminder } from '../../../test/given-messages.ts'
import { freshWhen, instantOfWhen, timingOf, whenFault, whenOf, type When } from './when.ts'

const dinner = event()
const now = new Date('2027-03-02T19:00:00Z')
const when = (change: Partial<When>): When => ({ ...freshWhen(dinner, now), ...change })

test.each([
  [{ kind: 'at', date: '2027-03-10', time: '10:00' }, '2027-03-10T15:00:00.000Z'],
  [{ kind: 'at', date: '2027-03-14', time: '09:00' }, '2027-03-14T13:00:00.000Z'],
  [{ kind: 'before', amount: '1', unit: 'days', clock: '09:00' }, '2027-03-13T14:00:00.000Z'],
  [{ kind: 'before', amount: '0', unit: 'days', clock: '17:00', atLeastHoursBefore: 3 }, '2027-03-14T19:00:00.000Z'],
  [{ kind: 'before', amount: '24', unit: 'hours' }, '2027-03-13T22:00:00.000Z'],
] as const)('%j is %s', (change, instant) => {
  expect(instantOfWhen(when(change), dinner)?.toISOString()).toBe(instant)
})

test.each([
  [{ kind: 'at', date: '2027-03-10', time: '10:00' }, { sendAt: '2027-03-10T15:00:00.000Z' }],
  [{ kind: 'before', amount: '3', clock: '09:00' }, { rule: { daysBefore: 3, localTime: '09:00' } }],
  [{ kind: 'before', amount: '2', unit: 'hours' }, { rule: { hoursBefore: 2 } }],
  [{ kind: 'draft' }, { sendAt: null }],
  [{ kind: 'now' }, { sendAt: null }],
] as const)('%j is told to the server as %j', (change, timing) => {
  expect(timingOf(when(change), dinner)).toEqual(timing)
})

test.each([
  [{ kind: 'at', date: '', time: '10:00' }, 'Choose a date and a time.'],
  [{ kind: 'at', date: '2027-03-01', time: '10:00' }, 'That time has passed. Choose a later one, or send it now.'],
  [{ kind: 'before', amount: 'two' }, 'Write a number of days up to 365, and a time.'],
  [{ kind: 'before', amount: '0', unit: 'hours' }, 'Write a number of hours from 1 to 720.'],
  [{ kind: 'before', amount: '0', clock: '19:00' }, 'That is after the event begins. Choose an earlier time.'],
  [{ kind: 'at', date: '2027-03-20', time: '10:00' }, undefined],
  [{ kind: 'now' }, undefined],
] as const)('%j: %s', (change, fault) => {
  expect(whenFault(when(change), dinner, now)).toBe(fault)
})

test('a reminder keeps its rule through the form', () => {
  const rule = { daysBefore: 0, localTime: '09:00', atLeastHoursBefore: 3 }

  expect(timingOf(whenOf(reminder({ rule }), dinner, now), dinner)).toEqual({ rule })
})

test('a draft without a time is kept as a draft', () => {
  expect(whenOf(message(), dinner, now).kind).toBe('draft')
})
