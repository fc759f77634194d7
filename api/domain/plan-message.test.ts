import { expect, test } from 'vitest'
import { planMessage, type MessageDraft, type PlanContext, type PlannedEvent } from './plan-message.ts'
import { isOpen, messageStatuses } from './message.ts'
import { undoWindowFor } from './undo-window.ts'

const now = new Date('2027-03-01T12:00Z')
const later = new Date('2027-03-05T12:00Z')
const dinner: PlannedEvent = { localStart: '2027-03-17T18:00', timezone: 'America/New_York', status: 'published' }
const draft: MessageDraft = {
  mode: 'draft',
  kind: 'broadcast',
  audience: ['attending', 'maybe'],
  channel: 'email',
  subject: 'Parking',
  body: 'Behind the hall.',
}
const context: PlanContext = {
  configuredChannels: ['email'],
  recipientCount: 42,
  undoWindowMs: 10_000,
  openMessages: 4,
}
const scheduled = { status: 'scheduled', sendAt: later, rule: null, sentNow: false } as const
const sentNow = { ...scheduled, sendAt: new Date(now.getTime() + 4_000), sentNow: true }
const dayBefore = { daysBefore: 1, localTime: '09:00' }

function plan(change: Partial<MessageDraft>, around: Partial<PlanContext> = {}, event: Partial<PlannedEvent> = {}) {
  return planMessage({ ...draft, ...change }, { ...dinner, ...event }, now, { ...context, ...around })
}

function whyNot(...given: Parameters<typeof plan>) {
  const answer = plan(...given)
  return answer.kind === 'refused' ? answer.refusal.key : answer.kind
}

test('a draft may lack a time', () => {
  expect(plan({})).toEqual({
    kind: 'planned',
    status: 'draft',
    audience: ['attending', 'maybe'],
    sendAt: null,
    rule: null,
    sentNow: false,
  })
})

test('a draft may lack its words too', () => {
  expect(plan({ subject: '', body: '' })).toMatchObject({ kind: 'planned', status: 'draft' })
})

test('a scheduled message goes out at its time', () => {
  expect(plan({ mode: 'schedule', sendAt: later })).toMatchObject({ status: 'scheduled', sendAt: later, rule: null })
})

test('a message tied to the event has the instant that its rule means', () => {
  expect(plan({ mode: 'schedule', rule: dayBefore })).toMatchObject({
    status: 'scheduled',
    sendAt: new Date('2027-03-16T13:00Z'),
    rule: dayBefore,
  })
})

test('send now waits for the undo window and lets go of the rule', () => {
  expect(plan({ mode: 'send_now' }, { current: { ...scheduled, rule: dayBefore } })).toMatchObject({
    status: 'scheduled',
    sendAt: new Date('2027-03-01T12:00:10Z'),
    rule: null,
    sentNow: true,
  })
})

test('a second send-now does not extend the wait', () => {
  expect(plan({ mode: 'send_now' }, { current: sentNow })).toMatchObject({ sendAt: sentNow.sendAt, sentNow: true })
})

test('correcting the words during the undo window does not extend it either', () => {
  expect(plan({ mode: undefined, body: 'In front.' }, { current: sentNow })).toMatchObject({
    status: 'scheduled',
    sendAt: sentNow.sendAt,
    sentNow: true,
  })
})

test('a send-now that is taken back has the time it had before', () => {
  const before = { sendAt: new Date('2027-03-16T13:00Z'), rule: dayBefore }

  expect(plan({ mode: 'draft' }, { current: sentNow })).toMatchObject({ status: 'draft', sendAt: null, sentNow: false })
  expect(plan({ mode: 'draft' }, { current: { ...sentNow, before } })).toMatchObject({ status: 'draft', ...before })
  expect(plan({ mode: 'schedule' }, { current: { ...sentNow, before } })).toMatchObject({
    status: 'scheduled',
    ...before,
    sentNow: false,
  })
  expect(whyNot({ mode: 'schedule' }, { current: sentNow })).toBe('sendAtMissing')
})

test('a message that is taken off the schedule keeps its time as a draft', () => {
  expect(plan({ mode: 'draft' }, { current: scheduled })).toMatchObject({ status: 'draft', sendAt: later })
})

test('an edit that says nothing about time keeps mode and time', () => {
  const byRule = { ...scheduled, sendAt: new Date('2027-03-16T13:00Z'), rule: dayBefore }

  expect(plan({ mode: undefined }, { current: scheduled })).toMatchObject({ status: 'scheduled', sendAt: later })
  expect(plan({ mode: undefined }, { current: byRule })).toMatchObject(byRule)
  expect(plan({ mode: undefined }, { current: { ...scheduled, status: 'draft' } })).toMatchObject({ status: 'draft' })
})

test('a new date replaces a rule, and a new rule replaces a date', () => {
  const byRule = { ...scheduled, sendAt: new Date('2027-03-16T13:00Z'), rule: dayBefore }

  expect(plan({ mode: undefined, sendAt: later }, { current: byRule })).toMatchObject({ sendAt: later, rule: null })
  expect(plan({ mode: undefined, rule: dayBefore }, { current: scheduled })).toMatchObject(byRule)
})

test('the words of a message that is due can still be corrected until it is claimed', () => {
  const due = { ...scheduled, sendAt: new Date(now.getTime() - 1_000) }

  expect(plan({ mode: undefined, body: 'In front of the hall.' }, { current: due })).toMatchObject({
    status: 'scheduled',
  })
})

test('an audience of nobody may be sent', () => {
  expect(plan({ mode: 'send_now' }, { recipientCount: 0 })).toMatchObject({ status: 'scheduled' })
})

test('a cancelled event still sends its notice, and a draft event still schedules', () => {
  expect(plan({ mode: 'send_now', kind: 'notice' }, {}, { status: 'cancelled' })).toMatchObject({ kind: 'planned' })
  expect(plan({ mode: 'schedule', sendAt: later }, {}, { status: 'draft' })).toMatchObject({ kind: 'planned' })
})

test('a thank-you may go out after the event', () => {
  const afterwards = new Date('2027-03-18T12:00Z')

  expect(plan({ mode: 'schedule', sendAt: afterwards })).toMatchObject({ kind: 'planned', sendAt: afterwards })
})

test.each<[string, string, ...Parameters<typeof plan>]>([
  ['a schedule without a time', 'sendAtMissing', { mode: 'schedule' }],
  ['a schedule whose time is taken away', 'sendAtMissing', { mode: undefined, sendAt: null }, { current: scheduled }],
  ['a time that has passed', 'sendAtPast', { mode: 'schedule', sendAt: new Date(now.getTime() - 1_000) }],
  ['this very instant', 'sendAtPast', { mode: 'schedule', sendAt: now }],
  ['a rule whose time has passed', 'sendAtPast', { mode: 'schedule', rule: { daysBefore: 30, localTime: '09:00' } }],
  ['a date and a rule', 'sendAtTwice', { mode: 'schedule', sendAt: later, rule: dayBefore }],
  ['a rule after the start', 'ruleAfterStart', { mode: 'schedule', rule: { daysBefore: 0, localTime: '20:00' } }],
  ['an empty subject', 'subjectEmpty', { mode: 'send_now', subject: ' ' }],
  ['an empty body', 'bodyEmpty', { mode: 'schedule', sendAt: later, body: '\n' }],
  ['an unknown audience', 'audienceUnknown', { audience: 'coming' }],
  ['no audience', 'audienceUnknown', { audience: [] }],
  ['a channel that is not set up', 'channelNotConfigured', { channel: 'sms' }],
  [
    'an unknown placeholder',
    'unknownPlaceholder',
    {},
    { unknownPlaceholder: { field: 'subject', problem: '{{guest}} is not one.' } },
  ],
  ['sending from a draft event', 'eventDraft', { mode: 'send_now' }, {}, { status: 'draft' }],
  ['anything for a cancelled event', 'eventCancelled', {}, {}, { status: 'cancelled' }],
  ['a time in the year 9999', 'sendAtTooFar', { sendAt: new Date('9999-12-31T12:00Z') }],
  ['a hundred years and a minute', 'sendAtTooFar', { mode: 'schedule', sendAt: new Date('2127-03-01T12:01Z') }],
  ['one message too many', 'messageLimitReached', {}, { openMessages: 500 }],
  ['more mails than the week allows', 'weeklyLimitReached', { mode: 'send_now' }, { weekly: { used: 59, limit: 100 } }],
  [
    'a fourth notice in 24 hours',
    'noticeLimitReached',
    { mode: 'send_now', kind: 'notice' },
    { otherNotices: [now, now, now] },
  ],
  [
    'a reminder after the start',
    'eventOver',
    { mode: 'send_now', kind: 'reminder' },
    {},
    { localStart: '2027-02-28T18:00' },
  ],
])('refused: %s', (_, key, ...given) => {
  expect(whyNot(...given)).toBe(key)
})

test.each(messageStatuses)('a message that is %s is edited only while it is open', (status) => {
  const answer = whyNot({ mode: undefined }, { current: { ...scheduled, status } })

  expect(answer).toBe(isOpen(status) ? 'planned' : 'messageNotOpen')
})

test('what is at a limit is not over it', () => {
  expect(whyNot({ mode: 'schedule', sendAt: new Date('2127-03-01T12:00Z') })).toBe('planned')
  expect(whyNot({}, { openMessages: 499 })).toBe('planned')
  expect(whyNot({}, { openMessages: 500, current: scheduled })).toBe('planned')
  expect(whyNot({ mode: 'send_now', kind: 'notice' }, { otherNotices: [now, now] })).toBe('planned')
  expect(whyNot({ mode: 'draft', kind: 'notice' }, { otherNotices: [now, now, now] })).toBe('planned')
  expect(whyNot({ mode: 'send_now' }, { weekly: { used: 58, limit: 100 } })).toBe('planned')
  expect(whyNot({ mode: 'send_now' }, { weekly: { used: 900, limit: 0 } })).toBe('planned')
  expect(whyNot({ mode: 'draft' }, { weekly: { used: 100, limit: 100 } })).toBe('planned')
})

test('a message that waits for a far year already can be mended, and moved to a nearer one', () => {
  const far = { ...scheduled, sendAt: new Date('2150-03-01T12:00Z') }

  expect(whyNot({ mode: 'schedule', sendAt: far.sendAt, subject: 'Parking, again' }, { current: far })).toBe('planned')
  expect(whyNot({ mode: 'schedule', sendAt: later }, { current: far })).toBe('planned')
  expect(whyNot({ mode: 'schedule', sendAt: new Date('2149-03-01T12:00Z') }, { current: far })).toBe('sendAtTooFar')
})

test.each([
  [0, 10_000, 10_000],
  [100, 10_000, 10_000],
  [101, 10_000, 60_000],
  [100_000, 0, 0],
])('a send to %i guests with a base of %i ms can be taken back for %i ms', (guests, base, window) => {
  expect(undoWindowFor(guests, base)).toBe(window)
})
