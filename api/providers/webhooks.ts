import type { Environment } from './provider.ts'
import { resendWebhook } from './resend-webhook.ts'
import { sesWebhook } from './ses-webhook.ts'
import { smtpWebhook } from './smtp/smtp-webhook.ts'
import type { OpenWebhook, WebhookReader } from './webhook.ts'

const readers: readonly WebhookReader[] = [resendWebhook, sesWebhook, smtpWebhook] as readonly WebhookReader[]

/** The webhooks that are open, by the last part of their address. */
export type Webhooks = ReadonlyMap<string, OpenWebhook>

/**
 * All that the operator has configured: whoever moves from one provider to another still hears of the last one's mails.
 * @throws ConfigurationError when one is half configured.
 */
export function openWebhooks(env: Environment): Webhooks {
  return new Map(
    readers.flatMap((reader) => {
      const config = reader.configure(env)
      return config === undefined ? [] : [[reader.key, reader.open(config)] as const]
    }),
  )
}
