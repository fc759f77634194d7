import type { MessageKind } from '../message.ts'
import type { RefusalKind } from './refusal.ts'

const sentence: Record<MessageKind, string> = {
  broadcast: 'It cannot be sent again.',
  reminder: 'It cannot be sent again.',
  resend: 'It was a second try.',
  notice: 'A notice goes to everybody who must know, whether they open it or not. Write a new notice instead.',
  confirmation: 'A confirmation answers one guest. It is sent anew when the guest answers anew.',
  test: 'A test went to you alone. Send another one instead.',
}

/** What is sent again is meant for many, and worth reading a day later. */
export const kindNotResent: RefusalKind<{ kind: MessageKind }> = {
  key: 'kindNotResent',
  status: 422,
  type: 'kind-not-resent',
  title: 'Messages of this kind are not sent again',
  detail: ({ kind }) => sentence[kind],
}
