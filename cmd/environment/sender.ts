import { ConfigurationError, type ProviderKey } from '../../api/providers/provider.ts'

/** Who mails come from. Without a real provider nobody gets them, and any name will do. */
export function senderFor(provider: ProviderKey, env: { EMAIL_FROM: string | undefined }): string {
  if (env.EMAIL_FROM) return env.EMAIL_FROM
  if (provider === 'log') return 'Tidings <tidings@localhost>'
  throw new ConfigurationError(
    'EMAIL_FROM must be a sender such as "Tidings <hello@example.org>", and is missing. Use an address of a domain that your provider may send for.',
  )
}
