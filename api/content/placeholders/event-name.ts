import type { Placeholder } from '../placeholder.ts'

export const eventName: Placeholder = {
  token: 'event_name',
  label: 'Event name',
  example: 'The Long Table',
  kind: 'text',
  perGuest: false,
  fallback: 'our event',
  value: ({ event }) => event.name,
}
