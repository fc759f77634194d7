import { expect, test } from 'vitest'
import { message } from '../../test/given-messages.ts'
import { lookOf } from './badges.ts'

const pausedAt = '2027-03-01T12:00:00Z'
const waitsFor = { reason: "The mail provider's quota is used up.", until: '2027-03-02T00:00:00Z' }

test.each([
  ['Sending', { status: 'sending' }],
  ['Stopped', { status: 'sending', pausedAt }],
  ['Waiting', { status: 'sending', pausedAt, waitsFor }],
  ['Trying again', { status: 'sent', reopened: true }],
  ['Stopped', { status: 'sent', reopened: true, pausedAt }],
  ['Sent', { status: 'sent' }],
] as const)('%s: %j', (label, change) => {
  expect(lookOf(message(change)).label).toBe(label)
})
