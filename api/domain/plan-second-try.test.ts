import { expect, test } from 'vitest'
import { messageStatuses, type MessageKind, type MessageStatus } from './message.ts'
import { planSecondTry } from './plan-second-try.ts'

const now = new Date('2027-03-14T12:00Z')
const event = { status: 'published' as const, startsAt: new Date('2027-03-14T18:00Z') }
const fired = { reopened: false, firedAt: new Date(0) as Date | null, endReason: null as string | null }
const message = (kind: MessageKind, status: MessageStatus = 'sent') => ({ ...fired, kind, status })

test.each([
  ['broadcast', '2027-03-15T12:00Z'],
  ['resend', '2027-03-15T12:00Z'],
  ['notice', '2027-03-17T12:00Z'],
  ['reminder', '2027-03-14T18:00Z'],
] as const)('a %s that is tried again is useful until %s, like one that goes out now', (kind, until) => {
  expect(planSecondTry(message(kind), event, now)).toEqual({ kind: 'planned', expiresAt: new Date(until) })
})

test('a reminder is never tried again after its event has begun', () => {
  const plan = planSecondTry(message('reminder'), event, event.startsAt)

  expect(plan).toMatchObject({ kind: 'refused', refusal: { key: 'eventOver' } })
})

test('nor is one that is sent again, which is of no use after the start either', () => {
  const resent = { ...message('resend'), firstKind: 'reminder' as const }

  expect(planSecondTry(resent, event, now)).toEqual({ kind: 'planned', expiresAt: event.startsAt })
  expect(planSecondTry(resent, event, event.startsAt)).toMatchObject({ refusal: { key: 'eventOver' } })
  expect(planSecondTry({ ...resent, firstKind: 'broadcast' }, event, event.startsAt)).toMatchObject({ kind: 'planned' })
})

test('only a message that went out can be tried again', () => {
  const statusesFor = (firedAt: Date | null) =>
    messageStatuses.filter(
      (status) => planSecondTry({ ...message('broadcast', status), firedAt }, event, now).kind === 'planned',
    )

  expect(statusesFor(new Date(0))).toEqual(['sending', 'sent', 'failed'])
  expect(statusesFor(null)).toEqual([]) // one that was missed has no guests yet
})

test.each([
  ['sending', false],
  ['sent', true],
] as const)(
  'one that is given up and waits for its last answers is not tried again (%s, reopened: %s)',
  (status, reopened) => {
    const plan = planSecondTry({ ...message('broadcast', status), reopened, endReason: 'host' }, event, now)

    expect(plan).toMatchObject({ kind: 'refused', refusal: { key: 'messageEnding' } })
  },
)

test.each(['cancelled', 'draft'] as const)('a %s event tries nothing again but its notices', (status) => {
  const planOf = (kind: MessageKind) => planSecondTry(message(kind), { ...event, status }, now).kind

  expect(planOf('broadcast')).toBe('refused')
  expect(planOf('notice')).toBe('planned')
})
