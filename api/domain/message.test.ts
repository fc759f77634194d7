import { describe, expect, test } from 'vitest'
import {
  isOpen,
  mayBecome,
  messageStatuses,
  openStatuses,
  statusesBefore,
  tabs,
  type MessageStatus,
} from './message.ts'

/** Written by hand, and not from the table in the code: from each status, what may follow. */
const expected: Record<MessageStatus, Record<MessageStatus, boolean>> = {
  draft: { draft: false, scheduled: true, sending: false, sent: false, cancelled: true, failed: false },
  scheduled: { draft: true, scheduled: false, sending: true, sent: false, cancelled: true, failed: true },
  sending: { draft: false, scheduled: false, sending: false, sent: true, cancelled: true, failed: true },
  sent: { draft: false, scheduled: false, sending: false, sent: false, cancelled: false, failed: false },
  cancelled: { draft: false, scheduled: true, sending: false, sent: false, cancelled: false, failed: false },
  failed: { draft: false, scheduled: true, sending: false, sent: true, cancelled: false, failed: false },
}

describe.each(messageStatuses)('a message that is %s', (from) => {
  test.each(messageStatuses)('and %s', (to) => {
    expect(mayBecome(from, to)).toBe(expected[from][to])
  })
})

test.each<[MessageStatus, MessageStatus[]]>([
  ['draft', ['scheduled']],
  ['scheduled', ['cancelled', 'draft', 'failed']],
  ['sending', ['scheduled']],
  ['sent', ['failed', 'sending']],
  ['cancelled', ['draft', 'scheduled', 'sending']],
  ['failed', ['scheduled', 'sending']],
])('a message becomes %s only from %j', (status, before) => {
  expect(statusesBefore(status).toSorted()).toEqual(before)
})

test('only drafts and scheduled messages are open', () => {
  expect(messageStatuses.filter(isOpen)).toEqual(['draft', 'scheduled'])
  expect([...openStatuses]).toEqual(['draft', 'scheduled'])
})

test('each status is under exactly one tab', () => {
  expect(Object.values(tabs).flat().toSorted()).toEqual([...messageStatuses].toSorted())
})
