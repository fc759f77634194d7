import type { Audience } from './audience.ts'

export const declined = {
  key: 'declined',
  label: 'Declined',
  statuses: ['declined'],
} as const satisfies Audience
