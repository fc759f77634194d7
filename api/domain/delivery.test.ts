import { describe, expect, test } from 'vitest'
import {
  deliveryStates,
  deliveryStatus,
  mayFollow,
  statesBefore,
  type DeliveryFacts,
  type DeliveryState,
  type DeliveryStatus,
} from './delivery.ts'

/** Written by hand, and not from the table in the code: the states that may follow, each pair spelled out. */
const expected: Record<DeliveryState, Record<DeliveryState, boolean>> = {
  queued: { queued: false, wired: true, accepted: false, unknown: true, failed: true, skipped: true, cancelled: true },
  wired: { queued: true, wired: false, accepted: true, unknown: true, failed: true, skipped: false, cancelled: false },
  accepted: {
    queued: false,
    wired: false,
    accepted: false,
    unknown: false,
    failed: false,
    skipped: false,
    cancelled: false,
  },
  unknown: {
    queued: true,
    wired: false,
    accepted: true,
    unknown: false,
    failed: true,
    skipped: false,
    cancelled: false,
  },
  failed: {
    queued: true,
    wired: false,
    accepted: false,
    unknown: false,
    failed: false,
    skipped: false,
    cancelled: false,
  },
  skipped: {
    queued: true,
    wired: false,
    accepted: false,
    unknown: false,
    failed: false,
    skipped: false,
    cancelled: false,
  },
  cancelled: {
    queued: false,
    wired: false,
    accepted: false,
    unknown: false,
    failed: false,
    skipped: false,
    cancelled: false,
  },
}

describe.each(deliveryStates)('a delivery that is %s', (from) => {
  test.each(deliveryStates)('and %s', (to) => {
    expect(mayFollow(from, to)).toBe(expected[from][to])
  })
})

test('what was accepted is never sent again, and what was cancelled stays so', () => {
  for (const to of deliveryStates) {
    expect(mayFollow('accepted', to)).toBe(false)
    expect(mayFollow('cancelled', to)).toBe(false)
  }
})

test.each<[DeliveryState, DeliveryState[]]>([
  ['queued', ['failed', 'skipped', 'unknown', 'wired']],
  ['wired', ['queued']],
  ['accepted', ['unknown', 'wired']],
  ['unknown', ['queued', 'wired']],
  ['failed', ['queued', 'unknown', 'wired']],
  ['skipped', ['queued']],
  ['cancelled', ['queued']],
])('a row becomes %s only from %j', (state, before) => {
  expect(statesBefore(state).toSorted()).toEqual(before)
})

const at = new Date('2027-03-14T22:00Z')
const quiet: DeliveryFacts = {
  state: 'accepted',
  attempt: 1,
  deliveredAt: null,
  openedAt: null,
  clickedAt: null,
  bouncedAt: null,
  complainedAt: null,
}

test.each<[string, Partial<DeliveryFacts>, DeliveryStatus]>([
  ['waits for its first try', { state: 'queued', attempt: 0 }, 'queued'],
  ['waits after a try', { state: 'queued' }, 'delayed'],
  ['is on the wire', { state: 'wired' }, 'queued'],
  ['was accepted', {}, 'sent'],
  ['was delivered', { deliveredAt: at }, 'delivered'],
  ['was opened', { deliveredAt: at, openedAt: at }, 'opened'],
  ['was clicked, and never seen opened', { clickedAt: at }, 'clicked'],
  ['bounced after it was delivered', { deliveredAt: at, bouncedAt: at }, 'bounced'],
  ['was opened and complained about', { openedAt: at, complainedAt: at }, 'complained'],
  ['bounced and was complained about', { bouncedAt: at, complainedAt: at }, 'complained'],
  ['was delivered, though we could not know', { state: 'unknown', deliveredAt: at }, 'delivered'],
  ['is unknown', { state: 'unknown' }, 'unknown'],
  ['failed', { state: 'failed' }, 'failed'],
  ['was skipped', { state: 'skipped' }, 'skipped'],
  ['was cancelled', { state: 'cancelled' }, 'cancelled'],
])('what %s is shown as such', (_, facts, status) => {
  expect(deliveryStatus({ ...quiet, ...facts })).toBe(status)
})
