import type { RefusalKind } from './refusal.ts'

/** Who reads a mail mostly does so within a day; the problem says when it may be asked again. */
export const resendTooEarly: RefusalKind<{ hoursRemaining: number; availableAt: string }> = {
  key: 'resendTooEarly',
  status: 422,
  type: 'resend-too-early',
  title: 'Guests still need time to read it',
  detail: ({ hoursRemaining }) =>
    `A message can be sent again a day after it went out: in ${hoursRemaining === 1 ? 'an hour' : `${hoursRemaining} hours`}.`,
  more: ({ hoursRemaining, availableAt }) => ({ hoursRemaining, availableAt }),
}
