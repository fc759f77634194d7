import type { Reminder } from './reminder.ts'

/** Only for those who have not settled it: whoever said yes or no is left in peace. */
export const lastCall = {
  key: 'last_call',
  label: '3-day last call',
  audience: ['pending', 'maybe'],
  rule: { daysBefore: 3, localTime: '09:00' },
  subject: 'Will you come to {{event_name}}?',
  body: `Hello {{guest_name|there}},

{{event_name}} is in three days: {{event_date}}, {{venue}}. We would love to know whether to expect you.

Tell us here, it takes a moment:

{{rsvp_link}}`,
} as const satisfies Reminder
