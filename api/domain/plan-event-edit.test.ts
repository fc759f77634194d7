import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantOf } from './event-time.ts'
import {
  pastAfterMove,
  planEventEdit,
  type EventEditPlan,
  type EventWords,
  type TiedMessage,
} from './plan-event-edit.ts'
import { reminders, remindersFor } from './reminders.ts'
import { instantOfRule, type ScheduleRule } from './schedule-rule.ts'

const dinner: EventWords = {
  name: 'Dinner',
  localStart: '2027-03-17T18:00',
  timezone: 'America/New_York',
  venue: 'The hall',
}
const early = new Date('2027-03-01T12:00Z')

/** The four reminders of the dinner as they were seeded; those in `changes` are further on. */
function seeded(changes: Partial<Record<string, Partial<TiedMessage>>> = {}): TiedMessage[] {
  return reminders.map(({ key, rule, subject }): TiedMessage => {
    const sendAt = instantOfRule(rule, dinner)
    const asSeeded = { id: key, reminderKey: key, generation: 1, subject, sendAt, rule, endReason: null }
    return Object.assign(asSeeded, { kind: 'reminder', status: 'scheduled', reopened: false } as const, changes[key])
  })
}

const broadcast = (id: string, change: Partial<TiedMessage>): TiedMessage => ({
  id,
  kind: 'broadcast',
  reminderKey: null,
  generation: 1,
  subject: id,
  status: 'scheduled',
  reopened: false,
  sendAt: null,
  rule: null,
  endReason: null,
  ...change,
})

/** What the host is shown: ids and new times. */
function shown(plan: EventEditPlan) {
  const brief = (list: { messageId: string; newSendAt: Date | null }[]) =>
    Object.fromEntries(
      list.map(({ messageId, newSendAt }) => [messageId, newSendAt?.toISOString().slice(0, 16) ?? null]),
    )
  return { moved: brief(plan.moved), cancelled: brief(plan.cancelled), rearmed: brief(plan.rearmed) }
}

const sent = (sendAt: string) => ({ status: 'sent', sendAt: new Date(sendAt) }) as const

test('E1: moved later, what is not sent goes out at the new time and never at the old', () => {
  const plan = planEventEdit(dinner, { localStart: '2027-03-24T18:00' }, seeded(), early)

  expect(shown(plan)).toEqual({
    moved: {
      seven_day: '2027-03-17T13:00',
      last_call: '2027-03-21T13:00',
      one_day: '2027-03-23T13:00',
      day_of: '2027-03-24T13:00',
    },
    cancelled: {},
    rearmed: {},
  })
  expect(plan.moved[0]).toMatchObject({
    label: '7-day reminder',
    oldSendAt: new Date('2027-03-10T14:00Z'),
    status: 'scheduled',
  })
})

test('E1: one that is due this second and not claimed yet moves too', () => {
  const now = new Date('2027-03-10T14:00:01Z')

  const plan = planEventEdit(dinner, { localStart: '2027-03-24T18:00' }, seeded(), now)

  expect(plan.moved.map(({ messageId }) => messageId)).toContain('seven_day')
})

test('E2: moved later, what was sent is sent again once, as the next generation', () => {
  const messages = seeded({ seven_day: sent('2027-03-10T14:00Z') })

  const plan = planEventEdit(dinner, { localStart: '2027-04-14T18:00' }, messages, new Date('2027-03-12T12:00Z'))

  expect(plan.rearmed).toEqual([
    {
      messageId: 'seven_day',
      label: '7-day reminder',
      oldSendAt: new Date('2027-03-10T14:00Z'),
      newSendAt: new Date('2027-04-07T13:00Z'),
      reminderKey: 'seven_day',
      generation: 2,
      rule: { daysBefore: 7, localTime: '09:00' },
    },
  ])
  expect(Object.keys(shown(plan).moved)).toEqual(['last_call', 'one_day', 'day_of'])
})

test.each([
  ['24 hours ahead to the minute', '2027-03-11T14:00Z', []],
  ['a minute more than that', '2027-03-11T13:59Z', [new Date('2027-03-12T14:00Z')]],
])('E2: only a new time well ahead is worth a repeat: %s', (_, now, newTimes) => {
  const messages = seeded({ seven_day: sent('2027-03-10T14:00Z') })

  const plan = planEventEdit(dinner, { localStart: '2027-03-19T18:00' }, messages, new Date(now))

  expect(plan.rearmed.map(({ newSendAt }) => newSendAt)).toEqual(newTimes)
})

test.each<[string, Partial<EventWords>, TiedMessage[]]>([
  ['another name', { name: 'Supper' }, seeded({ seven_day: sent('2027-03-01T00:00Z') })],
  [
    'another hour of the same day',
    { localStart: '2027-03-17T20:00' },
    seeded({ seven_day: sent('2027-03-01T00:00Z') }),
  ],
  [
    'a later day, when the next generation waits already',
    { localStart: '2027-04-14T18:00' },
    [...seeded({ seven_day: sent('2027-03-01T00:00Z') }), { ...seeded()[0]!, id: 'again', generation: 2 }],
  ],
])('E2: %s does not re-arm what was sent', (_, change, messages) => {
  expect(planEventEdit(dinner, change, messages, early).rearmed).toEqual([])
})

test('E2: a reminder that was sent by hand, before its time, is re-armed when the event moves', () => {
  const byHand = seeded({ seven_day: { ...sent('2027-02-28T12:00Z'), rule: null } })

  const plan = planEventEdit(dinner, { localStart: '2027-04-14T18:00' }, byHand, early)

  expect(shown(plan).rearmed).toEqual({ seven_day: '2027-04-07T13:00' })
})

test('E2: a reminder that could not be sent is re-armed as well', () => {
  const messages = seeded({ seven_day: { status: 'failed', endReason: 'missed' } })

  const plan = planEventEdit(dinner, { localStart: '2027-04-14T18:00' }, messages, new Date('2027-03-12T12:00Z'))

  expect(shown(plan).rearmed).toEqual({ seven_day: '2027-04-07T13:00' })
})

test('E3: moved earlier, a reminder whose time has passed is cancelled and told, never sent by itself', () => {
  const plan = planEventEdit(dinner, { localStart: '2027-03-12T18:00' }, seeded(), new Date('2027-03-09T12:00Z'))

  expect(shown(plan)).toEqual({
    moved: { last_call: '2027-03-09T14:00', one_day: '2027-03-11T14:00', day_of: '2027-03-12T14:00' },
    cancelled: { seven_day: '2027-03-05T14:00' },
    rearmed: {},
  })
})

test('E3: it returns when a later move makes its time future', () => {
  const messages = seeded({ seven_day: { status: 'cancelled', endReason: pastAfterMove } })

  const plan = planEventEdit(dinner, { localStart: '2027-03-24T18:00' }, messages, new Date('2027-03-12T12:00Z'))

  expect(plan.moved).toContainEqual(
    expect.objectContaining({ messageId: 'seven_day', status: 'scheduled', newSendAt: new Date('2027-03-17T13:00Z') }),
  )
})

test('E3: it returns to the old time too, when a move is taken back', () => {
  const messages = seeded({ seven_day: { status: 'cancelled', endReason: pastAfterMove } })

  const plan = planEventEdit(
    { ...dinner, localStart: '2027-03-05T18:00' },
    { localStart: dinner.localStart },
    messages,
    early,
  )

  expect(shown(plan).moved).toHaveProperty('seven_day', '2027-03-10T14:00')
})

test.each(['host', 'event_cancelled', null])('what was cancelled for the reason %s never returns', (endReason) => {
  const messages = seeded({ seven_day: { status: 'cancelled', endReason } })

  const plan = planEventEdit(dinner, { localStart: '2027-04-14T18:00' }, messages, early)

  expect([...plan.moved, ...plan.rearmed].map(({ messageId }) => messageId)).not.toContain('seven_day')
  expect(plan.added).toEqual([])
})

test('E3: moved to the morning, a reminder that stays at noon would be late and is cancelled', () => {
  const rule = { daysBefore: 0, localTime: '12:00' }
  const noon = seeded({ day_of: { rule, sendAt: new Date('2027-03-17T16:00Z') } })

  const plan = planEventEdit(dinner, { localStart: '2027-03-17T10:00' }, noon, early)

  expect(shown(plan)).toEqual({ moved: {}, cancelled: { day_of: '2027-03-17T16:00' }, rearmed: {} })
})

test('E4: moved to the past, no reminder is left', () => {
  const plan = planEventEdit(dinner, { localStart: '2027-02-01T18:00' }, seeded(), early)

  expect(plan.moved).toEqual([])
  expect(Object.keys(shown(plan).cancelled)).toEqual(['seven_day', 'last_call', 'one_day', 'day_of'])
})

test('E6: another zone at the same wall time moves every instant', () => {
  const plan = planEventEdit(dinner, { timezone: 'Europe/Berlin' }, seeded(), early)

  expect(shown(plan).moved).toEqual({
    seven_day: '2027-03-10T08:00',
    last_call: '2027-03-14T08:00',
    one_day: '2027-03-16T08:00',
    day_of: '2027-03-17T08:00',
  })
})

test('E7: what is being sent is told, for each change that its mails would tell', () => {
  const messages = seeded({ seven_day: { status: 'sending' } })
  const told = (change: Partial<EventWords>) =>
    planEventEdit(dinner, change, messages, early).alreadySending.map(({ label }) => label)

  expect(told({ localStart: '2027-03-24T18:00' })).toEqual(['7-day reminder'])
  expect(told({ venue: 'The garden' })).toEqual(['7-day reminder'])
  expect(told({ localEnd: '2027-03-17T23:00' })).toEqual(['7-day reminder'])
  expect(told({ venue: 'The hall' })).toEqual([])
  expect(told({})).toEqual([])
})

test('E10: a copy gets reminders of its own, and none that would be late', () => {
  const copy = remindersFor({ ...dinner, localStart: '2027-03-03T18:00' }, early)

  expect(copy.map(({ reminderKey }) => reminderKey)).toEqual(['one_day', 'day_of'])
})

test('a reminder that was too late to be created is added when the event moves away', () => {
  const messages = seeded().filter(({ id }) => id === 'day_of')

  expect(
    planEventEdit(dinner, { localStart: '2027-04-14T18:00' }, messages, early).added.map((r) => r.reminderKey),
  ).toEqual(['seven_day', 'last_call', 'one_day'])
  expect(planEventEdit(dinner, { name: 'Supper' }, messages, early).added).toEqual([])
})

test('a message of the host’s own moves when it is tied to the event, and stays when it has a date', () => {
  const rule: ScheduleRule = { hoursBefore: 48 }
  const tied = broadcast('tied', { rule, sendAt: instantOfRule(rule, dinner) })
  const draft = broadcast('draft', { rule, sendAt: instantOfRule(rule, dinner), status: 'draft' })
  const dated = broadcast('dated', { sendAt: new Date('2027-03-15T12:00Z') })
  const thanks = broadcast('thanks', { sendAt: new Date('2027-03-18T12:00Z') })
  const all = [tied, draft, dated, thanks]

  const earlier = planEventEdit(dinner, { localStart: '2027-03-10T18:00' }, all, early)
  expect(shown(earlier)).toEqual({
    moved: { tied: '2027-03-08T23:00', draft: '2027-03-08T23:00' },
    cancelled: {},
    rearmed: {},
  })
  expect(earlier.nowAfterEvent.map(({ messageId }) => messageId)).toEqual(['dated'])
  expect(earlier.nowBeforeEvent).toEqual([])

  const later = planEventEdit(dinner, { localStart: '2027-03-20T18:00' }, all, early)
  expect(later.nowAfterEvent).toEqual([])
  expect(later.nowBeforeEvent.map(({ messageId }) => messageId)).toEqual(['thanks'])
})

test('an edit of nothing touches nothing', () => {
  const messages = [...seeded(), broadcast('dated', { sendAt: new Date('2027-03-20T12:00Z') })]

  const plan = planEventEdit(dinner, { name: undefined }, messages, new Date('2027-03-10T14:00:01Z'))

  expect(Object.values(plan).flat()).toEqual([])
})

/** What storage does with a plan, as far as the next plan can see it. */
function carriedOut(plan: EventEditPlan, messages: readonly TiedMessage[]): TiedMessage[] {
  const edited = messages.map((message) => {
    const moved = plan.moved.find(({ messageId }) => messageId === message.id)
    if (moved) return { ...message, status: moved.status, sendAt: moved.newSendAt, endReason: null }
    const cancelled = plan.cancelled.some(({ messageId }) => messageId === message.id)
    return cancelled ? { ...message, status: 'cancelled' as const, endReason: pastAfterMove } : message
  })
  const fresh = { kind: 'reminder', subject: '', status: 'scheduled', reopened: false, endReason: null } as const
  const again = plan.rearmed.map(({ messageId, newSendAt, ...rest }) => ({
    ...fresh,
    ...rest,
    id: `${messageId}+`,
    sendAt: newSendAt,
  }))
  const added = plan.added.map(({ reminderKey, rule, sendAt }) => ({
    ...fresh,
    id: reminderKey,
    reminderKey,
    rule,
    sendAt,
    generation: 1,
  }))
  return [...edited, ...again, ...added]
}

const anyEvent = fc.record({
  name: fc.constant('Dinner'),
  localStart: fc
    .integer({ min: 0, max: 60 * 24 * 90 })
    .map((minute) => new Date(Date.UTC(2027, 1, 1) + minute * 60_000).toISOString().slice(0, 16)),
  timezone: fc.constantFrom('America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Pacific/Kiritimati'),
})
const anyNow = fc
  .integer({ min: 0, max: 60 * 24 * 90 })
  .map((minute) => new Date(Date.UTC(2027, 1, 1) + minute * 60_000))
const anyEnd = fc.constantFrom<Partial<TiedMessage>>(
  {},
  { status: 'draft' },
  { status: 'sending' },
  { status: 'sent' },
  { status: 'sent', rule: null },
  { status: 'failed', endReason: 'missed' },
  { status: 'cancelled', endReason: 'host' },
  { status: 'cancelled', endReason: pastAfterMove },
)

test('whatever moves when: nothing is ever scheduled for the past or after the start, and the same edit twice changes nothing', () => {
  fc.assert(
    fc.property(
      anyEvent,
      anyEvent,
      anyNow,
      fc.array(anyEnd, { minLength: 4, maxLength: 4 }),
      (event, change, now, ends) => {
        const messages = seeded().map((message, i) =>
          Object.assign(message, { sendAt: instantOfRule(message.rule!, event) }, ends[i]),
        )

        const plan = planEventEdit(event, change, messages, now)

        const start = instantOf(change.localStart, change.timezone)
        const scheduled = [...plan.moved.filter(({ status }) => status === 'scheduled'), ...plan.rearmed]
        for (const { newSendAt } of scheduled) {
          expect(newSendAt > now).toBe(true)
          expect(newSendAt < start).toBe(true)
        }
        const hostCancelled = messages.filter(({ endReason }) => endReason === 'host').map(({ id }) => id)
        for (const { messageId } of scheduled) expect(hostCancelled).not.toContain(messageId)

        const after = carriedOut(plan, messages)
        expect(Object.values(planEventEdit(change, change, after, now)).flat()).toEqual([])
        const identities = after.map(({ reminderKey, generation }) => `${reminderKey} ${generation}`)
        expect(new Set(identities).size).toBe(identities.length)
      },
    ),
    { numRuns: 1_000 },
  )
})
