import type { RefusalKind } from './refusal.ts'

/** A third mail with the same words would reach those who do not want to read it. A resend that was cancelled before it went is none. */
export const alreadyResent: RefusalKind<{ resentAs: string }> = {
  key: 'alreadyResent',
  status: 409,
  type: 'already-resent',
  title: 'This message was sent again already',
  detail: () => 'A message is sent again once. Write a new message to those who still have not opened it.',
  more: ({ resentAs }) => ({ resentAs }),
}
