import type { Audience } from './audience.ts'

export const pending = {
  key: 'pending',
  label: 'Pending',
  statuses: ['pending'],
} as const satisfies Audience
