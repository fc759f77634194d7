import type { RefusalKind } from './refusal.ts'

/** Between a stop for good and the last answer of the provider. */
export const messageEnding: RefusalKind = {
  key: 'messageEnding',
  status: 409,
  type: 'message-ending',
  title: 'This message is about to end',
  detail: () =>
    'What had not left was given up, and the last mails are still waiting for their answer. Try again in a moment.',
}
