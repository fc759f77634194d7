import type { RefusalKind } from './refusal.ts'

export const resendNotSent: RefusalKind = {
  key: 'resendNotSent',
  status: 409,
  type: 'resend-not-sent',
  title: 'This message has not reached anybody yet',
  detail: () => 'Only a message that went out can be sent again to those who have not opened it.',
}
