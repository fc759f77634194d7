import type { RefusalKind } from './refusal.ts'

/** Drafts and scheduled messages together. Far above what a host writes by hand, and it bounds what a script can pile up. */
export const openMessagesMax = 500

export const messageLimitReached: RefusalKind = {
  key: 'messageLimitReached',
  status: 422,
  type: 'message-limit-reached',
  title: 'This event has many messages waiting',
  detail: () => `An event can have ${openMessagesMax} messages waiting. Cancel some that you no longer need.`,
}
