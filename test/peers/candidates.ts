import { readSmtpConfig } from '../../api/providers/smtp/smtp-url.ts'
import { log } from '../../api/providers/log.ts'
import { resend } from '../../api/providers/resend.ts'
import { ses } from '../../api/providers/ses.ts'
import { smtp } from '../../api/providers/smtp/smtp.ts'
import type { Transport } from '../../api/providers/provider.ts'
import type { MailLog, Received } from './mail-log.ts'
import { startRawSmtpPeer } from './raw-smtp-server.ts'
import { startResendPeer } from './resend-server.ts'
import { sesFault, startSesPeer } from './ses-server.ts'
import { startSmtpPeer } from './smtp-server.ts'

/** What the conformance suite asks of a provider's other side. */
export type Stage = {
  peer: Pick<MailLog<Received>, 'count' | 'countTo' | 'counts' | 'doubled'>
  open(changes?: { linesMax?: number; patienceMs?: number; wrongKey?: boolean }): Transport
  close(): Promise<void>
  /** The next mail, or the next to this address. */
  refuseAddress(to: string): void
  throttle(): void
  exceedQuota(): void
  defer(): void
  /** The next mail is accepted, and its answer is lost. */
  loseAnswer(): void
  /** The next mail is accepted, and its answer never comes. */
  hangAfterAccepting(): void
}

export type Candidate = { name: string; batches: boolean; deduplicates: boolean; start(): Promise<Stage> }

const silent = () => undefined

export const candidates: readonly Candidate[] = [
  { name: 'Resend', batches: true, deduplicates: true, start: startResend },
  { name: 'SMTP', batches: false, deduplicates: false, start: startSmtp },
  { name: 'SMTP without pipelining', batches: false, deduplicates: false, start: () => startSmtp(false) },
  { name: 'SES', batches: false, deduplicates: false, start: startSes },
]

async function startResend(): Promise<Stage> {
  const peer = await startResendPeer()
  return {
    peer,
    open({ linesMax, patienceMs, wrongKey } = {}) {
      const config = resend.configure({
        RESEND_API_KEY: wrongKey ? 're_wrong' : peer.apiKey,
        RESEND_BASE_URL: peer.url,
      })
      return resend.open(
        { ...present(config), ...(linesMax && { linesMax }), ...(patienceMs && { timeoutMs: patienceMs }) },
        silent,
      )
    },
    close: peer.close,
    refuseAddress: (to) =>
      peer.plan({ doing: 'answer', ...refusal(422, 'validation_error', 'Invalid `to` field.'), body: to }),
    throttle: () => peer.plan({ doing: 'answer', ...refusal(429, 'rate_limit_exceeded', 'Too many requests.') }),
    exceedQuota: () =>
      peer.plan({ doing: 'answer', ...refusal(429, 'daily_quota_exceeded', 'You have reached your daily quota.') }),
    defer: () => peer.plan({ doing: 'answer', status: 400, text: '<h1>Not now, says the proxy.</h1>' }),
    loseAnswer: () => peer.plan({ doing: 'reset', accept: true }),
    hangAfterAccepting: () => peer.plan({ doing: 'hang', accept: true }),
  }
}

async function startSmtp(pipelining = true): Promise<Stage> {
  const credentials = { user: 'tidings', password: 'secret' }
  const peer = await startSmtpPeer({ credentials, pipelining })
  const raw = await startRawSmtpPeer({ pipelining })
  let url = peer.url
  const misbehave = (doing: 'reset' | 'hang') => () => {
    url = raw.url
    raw.plan({ at: 'dot', doing, accept: true })
  }
  return {
    peer,
    open({ linesMax, patienceMs, wrongKey } = {}) {
      const config = present(readSmtpConfig({ SMTP_URL: wrongKey ? peer.url.replace('secret', 'guess') : url }))
      const patience = { ...config.patience, ...(patienceMs && { dataMs: patienceMs }) }
      return smtp.open({ ...config, patience, ...(linesMax && { connectionsMax: linesMax }) }, silent)
    },
    async close() {
      await peer.close()
      await raw.close()
    },
    refuseAddress: (to) => peer.plan({ at: 'recipient', reply: '550 5.1.1 No such user', to }),
    throttle: () => peer.plan({ at: 'dot', reply: '454 4.7.0 Throttling failure: Maximum sending rate exceeded.' }),
    exceedQuota: () => peer.plan({ at: 'dot', reply: '454 4.7.0 Throttling failure: Daily message quota exceeded.' }),
    defer: () => peer.plan({ at: 'recipient', reply: '451 4.3.0 Try again later' }),
    loseAnswer: misbehave('reset'),
    hangAfterAccepting: misbehave('hang'),
  }
}

async function startSes(): Promise<Stage> {
  const peer = await startSesPeer({ configurationSets: ['tidings'] })
  return {
    peer,
    open({ linesMax, patienceMs, wrongKey } = {}) {
      const AWS_ACCESS_KEY_ID = wrongKey ? 'AKIAWRONG' : peer.accessKeyId
      const env = {
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID,
        AWS_SECRET_ACCESS_KEY: 'secret',
        SES_ENDPOINT: peer.url,
        SES_CONFIGURATION_SET: 'tidings',
      }
      return ses.open(
        { ...present(ses.configure(env)), ...(linesMax && { linesMax }), ...(patienceMs && { timeoutMs: patienceMs }) },
        silent,
      )
    },
    close: peer.close,
    refuseAddress: (to) =>
      peer.plan({ ...sesFault('MessageRejected', 'Address blacklisted.'), body: encodeURIComponent(to) }),
    throttle: () => peer.plan(sesFault('Throttling', 'Maximum sending rate exceeded.')),
    defer: () => peer.plan(sesFault('SomethingNew', 'Nobody has heard of this yet.')),
    exceedQuota: () => peer.plan(sesFault('Throttling', 'Daily message quota exceeded.')),
    loseAnswer: () => peer.plan({ doing: 'reset', accept: true }),
    hangAfterAccepting: () => peer.plan({ doing: 'hang', accept: true }),
  }
}

/** The log has no other side and no faults; what it writes is its witness. */
export function openLogTransport(): { transport: Transport; lines: Readonly<Record<string, unknown>>[] } {
  const lines: Readonly<Record<string, unknown>>[] = []
  return { transport: log.open({}, (entry) => lines.push(entry)), lines }
}

const refusal = (status: number, name: string, message: string) => ({
  status,
  text: JSON.stringify({ statusCode: status, name, message }),
})

function present<T>(config: T | undefined): T {
  if (config === undefined) throw new Error('The provider says that it is not configured.')
  return config
}
