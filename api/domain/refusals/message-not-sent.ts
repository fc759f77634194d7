import type { MessageStatus } from '../message.ts'
import type { RefusalKind } from './refusal.ts'

const detailOf: Record<MessageStatus, string> = {
  draft: 'It has not been sent yet. Send it first.',
  scheduled: 'It has not been sent yet. Wait until it goes out, or send it now.',
  sending: 'It is about to be sent. Wait a moment.',
  sent: 'It has not left. Write it again.',
  cancelled: 'It is cancelled. Write a new message instead.',
  failed: 'It never left, so there is nobody to try again. Send it as a whole, or write it again.',
}

/** Only guests of a message that went out can be tried again. */
export const messageNotSent: RefusalKind<{ status: MessageStatus }> = {
  key: 'messageNotSent',
  status: 409,
  type: 'message-not-sent',
  title: 'This message has not been sent',
  detail: ({ status }) => detailOf[status],
}
