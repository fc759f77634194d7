import type { Audience } from './audience.ts'

export const everyone = {
  key: 'everyone',
  label: 'Everyone',
  statuses: ['pending', 'attending', 'declined', 'maybe'],
} as const satisfies Audience
