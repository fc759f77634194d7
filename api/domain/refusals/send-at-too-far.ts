import { yearsAheadMax } from '../event-time.ts'
import type { RefusalKind } from './refusal.ts'

export const sendAtTooFar: RefusalKind = {
  key: 'sendAtTooFar',
  status: 422,
  type: 'send-at-too-far',
  title: 'This time is too far ahead',
  detail: () => `Choose a time within the next ${yearsAheadMax} years, or tie the message to the event.`,
  field: () => '/sendAt',
}
