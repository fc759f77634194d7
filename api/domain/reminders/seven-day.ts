import type { Reminder } from './reminder.ts'

export const sevenDay = {
  key: 'seven_day',
  label: '7-day reminder',
  audience: ['attending', 'maybe', 'pending'],
  rule: { daysBefore: 7, localTime: '09:00' },
  subject: '{{event_name}} is a week away',
  body: `Hello {{guest_name|there}},

{{event_name}} is a week away: {{event_date}}, {{venue}}.

If your plans have changed, or you have not answered yet, you can do it here:

{{rsvp_link}}`,
} as const satisfies Reminder
