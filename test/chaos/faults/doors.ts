import { onTestFinished } from 'vitest'
import { resend } from '../../../api/providers/resend.ts'
import { ses } from '../../../api/providers/ses.ts'
import { readSmtpConfig, type SmtpConfig } from '../../../api/providers/smtp/smtp-url.ts'
import { smtp } from '../../../api/providers/smtp/smtp.ts'
import type { HttpFault } from '../../peers/http-faults.ts'
import { startRawSmtpPeer, type Misbehaviour } from '../../peers/raw-smtp-server.ts'
import { startResendPeer } from '../../peers/resend-server.ts'
import { startSesPeer } from '../../peers/ses-server.ts'
import type { Door } from './fault.ts'

// The three kinds of other side, each a real server with a fault in it.

const silent = () => undefined

/** One connection, so that the first guest meets the fault; and the patience of a test. */
export function openSmtp(url: string, patience: Partial<SmtpConfig['patience']> = {}) {
  const config = readSmtpConfig({ SMTP_URL: url })!
  const patient = { ...config.patience, connectMs: 2000, greetingMs: 1000, ...patience }
  return smtp.open({ ...config, connectionsMax: 1, patience: patient }, silent)
}

/** An SMTP server that misbehaves like this, in this order, and is well afterwards. */
export const smtpThat =
  (misbehaviour: Misbehaviour, patience?: Partial<SmtpConfig['patience']>) => async (): Promise<Door> => {
    const peer = await startRawSmtpPeer()
    onTestFinished(() => peer.close())
    peer.plan(misbehaviour)
    return { open: () => openSmtp(peer.url, patience), witness: peer, hasStruck: () => peer.plansLeft() === 0 }
  }

/** An SMTP server that says this at that moment of the first mail. */
export const smtpSaying = (at: Misbehaviour['at'], bytes: string, accept = false) =>
  smtpThat({ at, doing: 'say', bytes: `${bytes}\r\n`, accept })

/** Resend with these faults, which are used up in order. `key` is what the notifier that meets them uses. */
export const resendThat =
  (faults: HttpFault[], { timeoutMs = 15_000, key = 're_test' } = {}) =>
  async (): Promise<Door> => {
    const peer = await startResendPeer()
    onTestFinished(() => peer.close())
    for (const fault of faults) peer.plan(fault)
    const keys = [key]
    const open = () => {
      const config = resend.configure({ RESEND_API_KEY: keys.shift() ?? 're_test', RESEND_BASE_URL: peer.url })!
      return resend.open({ ...config, timeoutMs }, silent)
    }
    return { open, witness: peer, hasStruck: () => peer.requests.length > 0 }
  }

/** SES with these faults, one call at a time. */
export const sesThat =
  (faults: HttpFault[], { timeoutMs = 10_000 } = {}) =>
  async (): Promise<Door> => {
    const peer = await startSesPeer()
    onTestFinished(() => peer.close())
    // Not those that only ask how much may be sent.
    for (const fault of faults) peer.plan({ ...fault, body: sendsMail })
    const open = () => {
      const keys = { AWS_ACCESS_KEY_ID: peer.accessKeyId, AWS_SECRET_ACCESS_KEY: 'secret' }
      const config = ses.configure({ AWS_REGION: 'eu-west-1', SES_ENDPOINT: peer.url, ...keys })!
      return ses.open({ ...config, timeoutMs, linesMax: 1 }, silent)
    }
    return { open, witness: peer, hasStruck: () => peer.requests.some(({ body }) => body.includes(sendsMail)) }
  }

const sendsMail = 'Action=SendRawEmail'

type When = Pick<HttpFault, 'body' | 'times'> & { headers?: Record<string, string> }

/** An answer in Resend's own words for an error. */
export const resendError = (statusCode: number, name: string, when: When = {}): HttpFault => ({
  ...{ doing: 'answer', status: statusCode },
  text: JSON.stringify({ statusCode, name, message: name }),
  ...when,
})
