import type { Reminder } from './reminders/reminder.ts'
import { dayOf } from './reminders/day-of.ts'
import { lastCall } from './reminders/last-call.ts'
import { oneDay } from './reminders/one-day.ts'
import { sevenDay } from './reminders/seven-day.ts'
import { instantOfRule, type EventClock } from './schedule-rule.ts'

/** In the order in which they go out. */
export const reminders = [sevenDay, lastCall, oneDay, dayOf] as const
export type ReminderKey = (typeof reminders)[number]['key']

/** What a new event stores of a reminder. */
export type SeededReminder = Omit<Reminder, 'key' | 'label'> & { reminderKey: ReminderKey; sendAt: Date }

/** The reminders of an event whose time is still ahead. One that would already be late is never created. */
export function remindersFor(event: EventClock, now: Date): SeededReminder[] {
  return reminders
    .map(({ key, audience, rule, subject, body }) => ({
      reminderKey: key,
      audience,
      rule,
      subject,
      body,
      sendAt: instantOfRule(rule, event),
    }))
    .filter((reminder) => reminder.sendAt > now)
}

export function reminderOf(key: string | null | undefined): Reminder | undefined {
  return reminders.find((reminder) => reminder.key === key)
}
