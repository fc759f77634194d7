import { eventDate as writeEventDate } from '../event-date.ts'
import type { Placeholder } from '../placeholder.ts'

export const eventDate: Placeholder = {
  token: 'event_date',
  label: 'Date',
  example: 'Sunday, 14 March 2027, 18:00 (New York time)',
  kind: 'text',
  perGuest: false,
  fallback: 'a day to be announced',
  value: ({ event }) => writeEventDate(event),
}
