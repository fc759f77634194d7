import type { Placeholder } from '../placeholder.ts'

export const guestName: Placeholder = {
  token: 'guest_name',
  label: 'Guest name',
  example: 'Amina',
  kind: 'text',
  perGuest: true,
  fallback: 'there', // "Hello there": reads well after every greeting
  value: ({ guest }) => guest.name,
}
