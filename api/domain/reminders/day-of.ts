import type { Reminder } from './reminder.ts'

/** Nine in the morning is too late for a breakfast, so it goes at least three hours ahead of the start. */
export const dayOf = {
  key: 'day_of',
  label: 'Day-of reminder',
  audience: ['attending'],
  rule: { daysBefore: 0, localTime: '09:00', atLeastHoursBefore: 3 },
  subject: 'Today: {{event_name}}',
  body: `Hello {{guest_name|there}},

today is the day: {{event_name}}, {{event_date}}, {{venue}}. We look forward to seeing you.

If something has come up, please tell us here:

{{rsvp_link}}`,
} as const satisfies Reminder
