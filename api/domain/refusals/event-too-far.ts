import { yearsAheadMax } from '../event-time.ts'
import type { RefusalKind } from './refusal.ts'

export const eventTooFar: RefusalKind<{ field: 'localStart' | 'localEnd' }> = {
  key: 'eventTooFar',
  status: 422,
  type: 'event-too-far',
  title: 'This date is too far ahead',
  detail: () => `Choose a date within the next ${yearsAheadMax} years. Is the year right?`,
  field: ({ field }) => `/${field}`,
}
