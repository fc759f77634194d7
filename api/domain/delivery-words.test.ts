import { expect, test } from 'vitest'
import { skipReasons } from './delivery.ts'
import { reasonInWords, timelineOf, type DeliveryHistory } from './delivery-words.ts'
import { endReasonInWords } from './end-reason.ts'

const at = (minute: number) => new Date(Date.UTC(2027, 2, 1, 12, minute))

const queued: DeliveryHistory = {
  state: 'queued',
  attempt: 0,
  reason: null,
  bounceText: null,
  wiredAt: null,
  acceptedAt: null,
  failedAt: null,
  unknownAt: null,
  leftAt: null,
  deliveredAt: null,
  openedAt: null,
  clickedAt: null,
  openHits: null,
  clickHits: null,
  openedMachineAt: null,
  clickedMachineAt: null,
  machineReason: null,
  bouncedAt: null,
  complainedAt: null,
  unsubscribedAt: null,
}

test('the timeline is told in the order in which things happened', () => {
  const row = { ...queued, attempt: 1, openedAt: at(9), wiredAt: at(1), acceptedAt: at(1), deliveredAt: at(3) }

  expect(timelineOf(row)).toEqual([
    { at: at(1), text: 'Handed over to the mail provider' },
    { at: at(1), text: 'Sent: the mail provider has taken it' },
    { at: at(3), text: 'Delivered to the mailbox' },
    { at: at(9), text: 'Opened' },
  ])
})

test('who looked again is told with the first time, and once is no number', () => {
  const row = { ...queued, openedAt: at(9), openHits: 10, clickedAt: at(10), clickHits: 1 }

  expect(timelineOf(row)).toEqual([
    { at: at(9), text: 'Opened (10 times in all)' },
    { at: at(10), text: 'Clicked a link' },
  ])
})

test('a lost answer that a host left as it is says both', () => {
  const row = { ...queued, state: 'unknown', attempt: 1, wiredAt: at(1), unknownAt: at(2), leftAt: at(9) } as const

  expect(timelineOf(row).map(({ text }) => text)).toEqual([
    'Handed over to the mail provider',
    'The answer was lost: it may have been sent or not',
    'Left as it is by a host',
  ])
})

test('what failed or bounced says why', () => {
  const failed = {
    ...queued,
    state: 'failed',
    attempt: 3,
    reason: 'No such mailbox.',
    wiredAt: at(1),
    failedAt: at(2),
  } as const
  const bounced = { ...queued, state: 'accepted', bouncedAt: at(5), bounceText: 'Mailbox full' } as const

  expect(timelineOf(failed).map(({ text }) => text)).toEqual(['Handed over, attempt 3', 'Failed: No such mailbox.'])
  expect(reasonInWords(failed)).toBe('No such mailbox.')
  expect(timelineOf(bounced).map(({ text }) => text)).toEqual(['Bounced: Mailbox full'])
  expect(reasonInWords(bounced)).toBe('Mailbox full')
})

test('machines are told apart from people, the first with its reason', () => {
  const reason = 'Gmail’s image proxy'
  const opened = {
    ...queued,
    state: 'accepted',
    openedMachineAt: at(2),
    openedAt: at(9),
    machineReason: reason,
  } as const

  expect(timelineOf(opened).map(({ text }) => text)).toEqual([`Opened by a machine: ${reason}`, 'Opened'])
  expect(timelineOf({ ...opened, clickedMachineAt: at(1) }).map(({ text }) => text)).toEqual([
    `A machine followed a link: ${reason}`,
    'Opened by a machine',
    'Opened',
  ])
})

test('a guest who was left out is told of in words, never by key', () => {
  for (const reason of Object.keys(skipReasons)) {
    expect(reasonInWords({ ...queued, state: 'skipped', reason })).toMatch(/^[A-Z][^_]+$/)
  }
  expect(reasonInWords({ ...queued, state: 'cancelled', reason: 'discarded_by_host' })).not.toContain('_')
})

test.each(['host', 'event_cancelled', 'past_after_move', 'missed', 'all_failed', 'a_word_of_next_year'])(
  'a message that ended for %s says so in a sentence',
  (reason) => {
    expect(endReasonInWords(reason)).toMatch(/^[A-Z][^_]+\.$/)
  },
)

test('a message that has not ended has no reason', () => {
  expect(endReasonInWords(null)).toBeNull()
})
