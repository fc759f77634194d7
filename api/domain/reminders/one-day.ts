import type { Reminder } from './reminder.ts'

export const oneDay = {
  key: 'one_day',
  label: '1-day reminder',
  audience: ['attending', 'maybe'],
  rule: { daysBefore: 1, localTime: '09:00' },
  subject: '{{event_name}} is tomorrow',
  body: `Hello {{guest_name|there}},

{{event_name}} is tomorrow: {{event_date}}, {{venue}}.

Everything about it, and your answer, is here:

{{rsvp_link}}`,
} as const satisfies Reminder
