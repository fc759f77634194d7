import { expect, test } from 'vitest'
import { opensAreKnown, planResend, type Original, type ResendEvent } from './plan-resend.ts'

const hourMs = 3_600_000
const firedAt = new Date('2027-03-01T10:00:00Z')
const after = (hours: number) => new Date(firedAt.getTime() + hours * hourMs)

const original: Original = {
  ...{ kind: 'broadcast', status: 'sent', reopened: false, firedAt, sent: 10, opened: 4, resentAs: null },
}
const event: ResendEvent = { status: 'published', startsAt: new Date('2027-03-14T22:00:00Z') }
const resentAs = '0198c5a2-7a10-7cc3-9b1f-0000000000a1'

type Case = [string, Partial<Original>, Partial<ResendEvent>, number, Date]

test.each<Case>([
  ['a broadcast after a day', {}, {}, 6, after(24)],
  ['a reminder before its event', { kind: 'reminder' }, {}, 6, after(30)],
  ['a thank-you after the event', {}, { startsAt: after(-100) }, 6, after(30)],
  ['one that nobody is known to have opened', { opened: 0 }, {}, 10, after(24)],
  ['one that was stopped halfway', { sent: 1, opened: 0 }, {}, 1, after(24)],
])('%s may be sent again', (_, change, at, unread, now) => {
  expect(planResend({ ...original, ...change }, { ...event, ...at }, unread, now)).toEqual({ kind: 'planned' })
})

test.each<[...Case, number, string]>([
  ['a resend', { kind: 'resend' }, {}, 6, after(48), 422, 'resend-of-resend'],
  ['a notice', { kind: 'notice' }, {}, 6, after(48), 422, 'kind-not-resent'],
  ['a confirmation', { kind: 'confirmation' }, {}, 6, after(48), 422, 'kind-not-resent'],
  ['a test', { kind: 'test' }, {}, 6, after(48), 422, 'kind-not-resent'],
  ['a draft', { status: 'draft', firedAt: null, sent: 0 }, {}, 6, after(48), 409, 'resend-not-sent'],
  ['a scheduled one', { status: 'scheduled', firedAt: null, sent: 0 }, {}, 6, after(48), 409, 'resend-not-sent'],
  ['a cancelled one', { status: 'cancelled', sent: 0 }, {}, 6, after(48), 409, 'resend-not-sent'],
  ['one that failed', { status: 'failed', sent: 0 }, {}, 6, after(48), 409, 'resend-not-sent'],
  ['one for nobody', { sent: 0 }, {}, 0, after(48), 409, 'resend-not-sent'],
  ['one that is being sent', { status: 'sending' }, {}, 6, after(48), 409, 'resend-on-its-way'],
  ['one that was reopened', { reopened: true }, {}, 6, after(48), 409, 'resend-on-its-way'],
  ['one that was sent again', { resentAs }, {}, 6, after(48), 409, 'already-resent'],
  ['one of this morning', {}, {}, 6, after(3), 422, 'resend-too-early'],
  ['one of a moment before a day ago', {}, {}, 6, new Date(after(24).getTime() - 1), 422, 'resend-too-early'],
  ['one of a cancelled event', {}, { status: 'cancelled' }, 6, after(48), 409, 'event-cancelled'],
  ['one of a draft event', {}, { status: 'draft' }, 6, after(48), 409, 'event-draft'],
  ['a reminder of what has begun', { kind: 'reminder' }, { startsAt: after(30) }, 6, after(30), 409, 'event-over'],
  ['one that everybody has opened', { opened: 10 }, {}, 0, after(48), 422, 'nobody-to-resend'],
  ['one whose guests have all left', { opened: 0 }, {}, 0, after(48), 422, 'nobody-to-resend'],
])('%s may not be sent again', (_, change, at, unread, now, status, type) => {
  const plan = planResend({ ...original, ...change }, { ...event, ...at }, unread, now)

  expect(plan).toMatchObject({ kind: 'refused', refusal: { status, type } })
})

test.each([
  [-0.01, 24, '24 hours'],
  [0, 24, '24 hours'],
  [0.01, 24, '24 hours'],
  [3, 21, '21 hours'],
  [23, 1, 'an hour'],
  [23.99, 1, 'an hour'],
])('%s hours after it went out %i hours remain', (hours, hoursRemaining, words) => {
  const plan = planResend(original, event, 6, after(hours))

  expect(plan).toMatchObject({
    refusal: {
      detail: expect.stringContaining(`in ${words}.`),
      more: { hoursRemaining, availableAt: '2027-03-02T10:00:00.000Z' },
    },
  })
})

test('a second time is told which message the first one was', () => {
  expect(planResend({ ...original, resentAs }, event, 6, after(48))).toMatchObject({ refusal: { more: { resentAs } } })
})

test('that everybody has opened it is not said where nobody is known to have', () => {
  const detailOf = (opened: number) => planResend({ ...original, opened }, event, 0, after(48))

  expect(detailOf(4)).toMatchObject({ refusal: { detail: expect.stringMatching(/^Everybody .* has opened it/) } })
  expect(detailOf(0)).toMatchObject({ refusal: { detail: expect.not.stringMatching(/opened/) } })
})

test.each([
  [{ opened: 1, openedMachine: 0, clicked: 0, clickedMachine: 0 }, true],
  [{ opened: 0, openedMachine: 1, clicked: 0, clickedMachine: 0 }, true],
  [{ opened: 0, openedMachine: 0, clicked: 1, clickedMachine: 0 }, true],
  [{ opened: 0, openedMachine: 0, clicked: 0, clickedMachine: 0 }, false],
])('of %j it is known who opened: %s', (counts, known) => {
  expect(opensAreKnown(counts)).toBe(known)
})
