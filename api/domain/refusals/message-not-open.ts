import type { MessageStatus } from '../message.ts'
import type { RefusalKind } from './refusal.ts'

const detailOf: Record<MessageStatus, string> = {
  draft: 'It has changed in the meantime. Load it again.',
  scheduled: 'It has changed in the meantime. Load it again.',
  sending: 'It is being sent. You can stop it, and write a new message to correct it.',
  sent: 'It has been sent. Write a new message to correct it.',
  cancelled: 'It is cancelled. Write a new message instead.',
  failed: 'It could not be sent. Look at the reasons, then try those guests again.',
}

/** A message is edited, sent or cancelled only while it is a draft or scheduled. */
export const messageNotOpen: RefusalKind<{ status: MessageStatus }> = {
  key: 'messageNotOpen',
  status: 409,
  type: 'message-not-open',
  title: 'This message can no longer be changed',
  detail: ({ status }) => detailOf[status],
}
