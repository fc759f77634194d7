import { expect, test } from 'vitest'
import { refusals } from './refusals.ts'
import { refused, type RefusalKind } from './refusals/refusal.ts'

/** Enough of a context for every refusal. */
const context = {
  status: 'sent',
  channel: 'sms',
  used: 90,
  limit: 100,
  wanted: 42,
  field: 'subject',
  problem: 'Write the time as 09:00.',
  address: 'amina@example.com',
  events: ['Dinner', 'Lunch', 'Tea', 'Supper'],
  needed: 'editor',
  owner: 'Maren',
  label: '1-day reminder',
  left: 2,
  kind: 'notice',
  opened: 3,
  hoursRemaining: 5,
  availableAt: '2027-03-14T22:00:00.000Z',
  resentAs: '0198c5a2-7a10-7cc3-9b1f-0000000000a1',
}

const all = Object.entries(refusals) as [string, RefusalKind<typeof context>][]

test.each(all)('the refusal %s is found under its key and has a stable type', (key, kind) => {
  expect(kind.key).toBe(key)
  expect(kind.type).toBe(key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
})

test.each(all)('the refusal %s speaks in whole, calm sentences', (_, kind) => {
  const { refusal } = refused(kind, context)

  expect(refusal.title).toMatch(/^[A-Z][^!]+[^.!]$/)
  expect(refusal.detail).toMatch(/^(?:[A-Z0-9“{]|amina)[^!]+[.?]$/)
  expect(refusal.detail).not.toMatch(/undefined|null|NaN|\[object|oops|successfully|delivery row|webhook/i)
  expect(refusal.field ?? '/').toMatch(/^\//)
})

test('a refusal says what is so and what to do', () => {
  expect(refused(refusals.unknownPlaceholder, { field: 'body', problem: 'Did you mean {{guest_name}}?' })).toEqual({
    kind: 'refused',
    refusal: {
      key: 'unknownPlaceholder',
      status: 422,
      type: 'unknown-placeholder',
      title: 'There is an unknown placeholder',
      detail: 'Did you mean {{guest_name}}?',
      field: '/body',
    },
  })
  expect(refused(refusals.notFound).refusal).not.toHaveProperty('field')
  expect(refused(refusals.soleOwnerOfComingEvents, { events: context.events }).refusal.detail).toBe(
    'Nobody else owns “Dinner”, “Lunch”, “Tea” and 1 more. Give them another owner, or cancel them first.',
  )
})

test.each([
  [0, 'All places are taken.'],
  [1, 'One place is left.'],
  [5, '5 places are left.'],
])('with %i places left a guest reads %j', (left, words) => {
  expect(refused(refusals.rsvpFull, { left }).refusal.detail).toContain(words)
})
