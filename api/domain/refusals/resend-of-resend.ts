import type { RefusalKind } from './refusal.ts'

export const resendOfResend: RefusalKind = {
  key: 'resendOfResend',
  status: 422,
  type: 'resend-of-resend',
  title: 'This message was a second try',
  detail: () => 'Guests who opened neither mail would get a third. Write a new message instead.',
}
