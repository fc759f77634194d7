import type { RefusalKind } from './refusal.ts'

export const sendAtPast: RefusalKind = {
  key: 'sendAtPast',
  status: 422,
  type: 'send-at-past',
  title: 'This time has passed',
  detail: () => 'Choose a time that is still to come, or send it now.',
  field: () => '/sendAt',
}
