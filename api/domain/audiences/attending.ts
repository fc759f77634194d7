import type { Audience } from './audience.ts'

export const attending = {
  key: 'attending',
  label: 'Attending',
  statuses: ['attending'],
} as const satisfies Audience
