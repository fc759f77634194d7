import type { RefusalKind } from './refusal.ts'

export const bodyEmpty: RefusalKind = {
  key: 'bodyEmpty',
  status: 422,
  type: 'body-empty',
  title: 'The message is empty',
  detail: () => 'Write the message before you send it.',
  field: () => '/body',
}
