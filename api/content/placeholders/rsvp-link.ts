import type { Placeholder } from '../placeholder.ts'

export const rsvpLink: Placeholder = {
  token: 'rsvp_link',
  label: 'RSVP link',
  example: 'https://events.example.org/r/...',
  kind: 'link',
  perGuest: true,
  fallback: '', // every guest has one
  value: ({ links }) => links.rsvp,
}
