import { expect, test } from 'vitest'
import { messageLabel } from './message-label.ts'
import { messageKinds, type MessageKind } from './message.ts'
import { reminders } from './reminders.ts'

test.each<[MessageKind, string | null, string, string]>([
  ['reminder', 'one_day', 'Any subject', '1-day reminder'],
  ['reminder', 'day_of', 'Any subject', 'Day-of reminder'],
  ['reminder', 'gone_since_then', 'Any subject', 'Reminder'],
  ['broadcast', null, 'Parking', 'Parking'],
  ['broadcast', null, 'See you at {{venue}}, {{guest_name|there}}', 'See you at [venue], [guest name]'],
  ['broadcast', null, ' ', 'Untitled message'],
  ['notice', null, 'New date', 'New date'],
  ['resend', null, 'Parking', 'Again: Parking'],
  ['confirmation', null, 'Thank you', 'RSVP confirmation'],
  ['test', null, 'Parking', 'Test: Parking'],
])('a %s %s with the subject %j is called %j', (kind, reminderKey, subject, label) => {
  expect(messageLabel({ kind, reminderKey, subject })).toBe(label)
})

test('no key and no token is ever part of a label', () => {
  for (const kind of messageKinds) {
    for (const { key, subject } of reminders) {
      expect(messageLabel({ kind, reminderKey: key, subject })).not.toMatch(/[a-z]_[a-z]|\{\{/)
    }
  }
})

test('a long subject is cut, and no letter is cut in half', () => {
  const label = messageLabel({ kind: 'broadcast', reminderKey: null, subject: '👩‍👩‍👧‍👦'.repeat(100) })

  expect([...label]).toHaveLength(80)
  expect(label.isWellFormed()).toBe(true)
})
