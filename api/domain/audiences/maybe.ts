import type { Audience } from './audience.ts'

export const maybe = {
  key: 'maybe',
  label: 'Maybe',
  statuses: ['maybe'],
} as const satisfies Audience
