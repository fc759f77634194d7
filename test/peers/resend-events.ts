import { randomBytes, randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { ResendMail } from './resend-server.ts'

export const resendSecret = `whsec_${Buffer.from('a secret that only Resend and we have').toString('base64')}`

export type SignedPost = { body: string; headers: Record<string, string> }

/** Signs a request with the library of the standard; `names` are those of Svix, as Resend has them, unless told otherwise. */
export function signedPost(
  body: string,
  { id = `msg_${randomBytes(16).toString('hex')}`, at = new Date(), secret = resendSecret, names = 'svix' } = {},
): SignedPost {
  const signature = new Webhook(secret).sign(id, at, body)
  const timestamp = String(Math.floor(at.getTime() / 1000))
  return {
    body,
    headers: {
      'content-type': 'application/json',
      [`${names}-id`]: id,
      [`${names}-timestamp`]: timestamp,
      [`${names}-signature`]: signature,
    },
  }
}

/** What an event says beyond its mail, by its type; as Resend's own types have it. */
export const resendDetails: Record<string, object> = {
  'email.bounced': { bounce: { type: 'Permanent', subType: 'General', message: '550 5.1.1 No such user here' } },
  'email.clicked': {
    click: {
      ipAddress: '203.0.113.7',
      link: 'https://tidings.test/r/x',
      timestamp: new Date(Date.now() - 1000).toISOString(),
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    },
  },
  'email.failed': { failed: { reason: 'reached_daily_quota' } },
  'email.suppressed': { suppressed: { message: 'It bounced before.', type: 'OnAccountSuppressionList' } },
}

/** An event about a mail, as Resend writes it. */
export function resendEvent(
  type: string,
  mail: Pick<ResendMail, 'id' | 'to'> & { tags?: unknown },
  more: object = {},
  at = new Date(),
): string {
  const sentAt = new Date(at.getTime() - 60_000).toISOString()
  const data = { email_id: mail.id, message_id: `<${randomUUID()}@resend.test>`, from: 'Tidings <hello@tidings.test>' }
  const about = { ...data, to: mail.to, subject: 'Hello', created_at: sentAt, tags: mail.tags }
  return JSON.stringify({ type, created_at: at.toISOString(), data: { ...about, ...resendDetails[type], ...more } })
}
