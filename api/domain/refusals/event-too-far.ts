import type { RefusalKind } from './refusal.ts'

/** Whoever plans for their grandchildren may; what is later is a slip of the finger. */
export const eventYearsMax = 100

export const eventTooFar: RefusalKind<{ field: 'localStart' | 'localEnd' }> = {
  key: 'eventTooFar',
  status: 422,
  type: 'event-too-far',
  title: 'This date is too far ahead',
  detail: () => `Choose a date within the next ${eventYearsMax} years. Is the year right?`,
  field: ({ field }) => `/${field}`,
}
