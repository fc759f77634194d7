import type { RefusalKind } from './refusal.ts'

export const sendAtMissing: RefusalKind = {
  key: 'sendAtMissing',
  status: 422,
  type: 'send-at-missing',
  title: 'The time is missing',
  detail: () => 'Choose when this should go out, or keep it as a draft.',
  field: () => '/sendAt',
}
