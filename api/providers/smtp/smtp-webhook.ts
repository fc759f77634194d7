import { readWebhookSecrets, verifyStandardWebhook } from '../standard-webhook.ts'
import type { WebhookReader } from '../webhook.ts'
import { readReportMail } from './read-report.ts'
import { readReturnPaths, type ReturnPaths } from './return-path.ts'

type SmtpWebhook = { keys: readonly Buffer[]; paths: ReturnPaths | undefined }

/** SMTP has no webhooks. Whoever receives the mails to the bounce address posts them here as they came, signed as Standard Webhooks are. */
export const smtpWebhook: WebhookReader<SmtpWebhook> = {
  key: 'smtp',
  configure(env) {
    const paths = readReturnPaths(env)
    const { SMTP_WEBHOOK_SECRET: secret } = env
    const keys = secret
      ? readWebhookSecrets('SMTP_WEBHOOK_SECRET', secret, 'Make one with: echo whsec_$(openssl rand -base64 32)')
      : []
    return keys.length > 0 ? { keys, paths } : undefined
  },
  open: ({ keys, paths }) => ({
    read(request) {
      const signed = verifyStandardWebhook(keys, request)
      return signed.kind === 'forged' ? signed : readReportMail(request.body, { paths, now: request.now })
    },
  }),
}
