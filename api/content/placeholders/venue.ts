import type { Placeholder } from '../placeholder.ts'

export const venue: Placeholder = {
  token: 'venue',
  label: 'Venue',
  example: 'Red Hook Boathouse, Brooklyn',
  kind: 'text',
  perGuest: false,
  fallback: 'a place to be announced',
  value: ({ event }) => event.venue,
}
