import type { RefusalKind } from './refusal.ts'

/** Some of its guests have not got it the first time. */
export const resendOnItsWay: RefusalKind = {
  key: 'resendOnItsWay',
  status: 409,
  type: 'resend-on-its-way',
  title: 'This message is still on its way',
  detail: () => 'Wait until all of its guests have it, then send it again to those who have not opened it.',
}
