import type { RefusalKind } from './refusal.ts'

export const providerMissing: RefusalKind = {
  key: 'providerMissing',
  status: 422,
  type: 'provider-missing',
  title: 'No mail provider is set up',
  detail: () => 'Mails cannot leave yet. Ask whoever runs this Tidings to set up Resend, SMTP or SES.',
}
