import type { RefusalKind } from './refusal.ts'

/** Halls are booked two years ahead and an eclipse is known for longer; what is later is a slip of the finger. */
export const eventYearsMax = 10

export const eventTooFar: RefusalKind<{ field: 'localStart' | 'localEnd' }> = {
  key: 'eventTooFar',
  status: 422,
  type: 'event-too-far',
  title: 'This date is too far ahead',
  detail: () => `Choose a date within the next ${eventYearsMax} years. Is the year right?`,
  field: ({ field }) => `/${field}`,
}
