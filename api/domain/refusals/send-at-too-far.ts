import type { RefusalKind } from './refusal.ts'

/** Whoever plans for their grandchildren may; a year beyond is a slip of the finger, and would wait for good. */
export const sendYearsMax = 100

export const sendAtTooFar: RefusalKind = {
  key: 'sendAtTooFar',
  status: 422,
  type: 'send-at-too-far',
  title: 'This time is too far ahead',
  detail: () => `Choose a time within the next ${sendYearsMax} years, or tie the message to the event.`,
  field: () => '/sendAt',
}
