import type { RefusalKind } from './refusal.ts'

export const sendAtTwice: RefusalKind = {
  key: 'sendAtTwice',
  status: 422,
  type: 'send-at-twice',
  title: 'There are two times',
  detail: () => 'Choose either a date and time or a time before the event, not both.',
  field: () => '/rule',
}
