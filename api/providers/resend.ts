import { createHash } from 'node:crypto'
import { Resend, type CreateBatchOptions, type CreateEmailOptions, type Response as SdkResponse } from 'resend'
import type { Mail, Mailbox } from '../domain/mail.ts'
import type { SendResult } from '../domain/send-result.ts'
import { envelopeFault } from './envelope-guard.ts'
import { askOverHttp, type Answer } from './http-ask.ts'
import { Places } from './places.ts'
import {
  ConfigurationError,
  closedTransport,
  type Environment,
  type Line,
  type NoLine,
  type Pace,
  type Provider,
  type Transport,
} from './provider.ts'
import { resendVerdict } from './resend-verdict.ts'

export type ResendConfig = { apiKey: string; baseUrl: string; timeoutMs: number; linesMax: number }

/** Resend's own limit for a batch. */
const batchMax = 100
/** Resend takes 2 to 5 calls a second and answers within one; more calls at once only wait in its queue. */
const linesMax = 4
/** Well above its slowest answers, and short enough for a process that has 25 s to stop. */
const timeoutMs = 15_000

/** Resend (resend.com) over its HTTP API, which remembers keys for 24 hours and so never sends a repeated call twice. */
export const resend: Provider<ResendConfig> = {
  key: 'resend',
  label: 'Resend',
  because: 'RESEND_API_KEY is set',
  configure: readConfig,
  account: ({ apiKey }) => `resend:${createHash('sha256').update(apiKey).digest('hex').slice(0, 12)}`,
  open: (config) => new ResendTransport(config),
}

function readConfig(env: Environment): ResendConfig | undefined {
  const { RESEND_API_KEY: apiKey, RESEND_BASE_URL: baseUrl = '' } = env
  if (!apiKey) return undefined
  if (!/^[!-~]+$/.test(apiKey)) {
    throw new ConfigurationError(
      'RESEND_API_KEY must be a key such as re_..., without spaces; copy it again from resend.com.',
    )
  }
  if (baseUrl !== '' && !/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? '')) {
    throw new ConfigurationError(
      'RESEND_BASE_URL must be a URL such as https://api.resend.com; leave it out for that one.',
    )
  }
  return { apiKey, baseUrl: (baseUrl || 'https://api.resend.com').replace(/\/+$/, ''), timeoutMs, linesMax }
}

class ResendTransport implements Transport {
  readonly provider = 'resend'
  readonly account: string
  readonly batchMax = batchMax
  readonly linesMax: number
  readonly deduplicates = true
  readonly #config: ResendConfig
  readonly #places: Places
  #pace: Pace | undefined

  constructor(config: ResendConfig) {
    this.account = resend.account(config)
    this.linesMax = config.linesMax
    this.#config = config
    this.#places = new Places(config.linesMax)
  }

  async line(): Promise<Line | NoLine> {
    if (!(await this.#places.take())) return closedTransport
    return {
      kind: 'line',
      send: (mails, batchKey) => this.#send(mails, batchKey),
      // A request leaves in one piece as soon as it is made, so there is nothing to break off; it is over in 15 s at most.
      breakOff: () => undefined,
      release: () => this.#places.giveBack(),
    }
  }

  async verify(): Promise<'ok' | (string & {})> {
    const call = new Call(this.#config)
    await call.domains.list()
    // A key that may do nothing but send is refused here by that name, and is all we need.
    if (
      call.answer.kind === 'answered' &&
      (call.answer.status === 200 || call.answer.text.includes('restricted_api_key'))
    )
      return 'ok'
    const [result] = resendVerdict(call.answer, 1, Date.now())
    return result === undefined || result.kind === 'accepted'
      ? 'ok'
      : [result.reason, result.reply].filter(Boolean).join(' ')
  }

  close(): Promise<void> {
    return this.#places.close()
  }

  pace(): Pace | undefined {
    return this.#pace
  }

  async #send(mails: readonly Mail[], batchKey?: string): Promise<SendResult[]> {
    checkCall(mails, batchKey)
    const faults = mails.map(envelopeFault)
    if (faults.some((fault) => fault !== undefined)) return faults.map((fault) => faultInCompany(fault, mails.length))
    const call = new Call(this.#config)
    const [mail] = mails
    if (mails.length === 1 && mail !== undefined) {
      await call.emails.send(payloadOf(mail), { idempotencyKey: mail.idempotencyKey })
    } else {
      await call.batch.send(mails.map(payloadOf) as CreateBatchOptions, { idempotencyKey: batchKey ?? '' })
    }
    this.#pace = paceOf(call.answer) ?? this.#pace
    return resendVerdict(call.answer, mails.length, Date.now())
  }
}

/**
 * One call to the API. The library shapes the request; the request itself is ours, because the library swallows the reason of
 * a failure, and that reason decides whether the mail may have gone.
 */
class Call extends Resend {
  answer: Answer = { kind: 'notSent', distrusted: false, reason: 'not asked' }
  readonly #timeoutMs: number

  constructor({ apiKey, baseUrl, timeoutMs: callMs }: ResendConfig) {
    super(apiKey, { baseUrl })
    this.#timeoutMs = callMs
  }

  override async fetchRequest<T>(path: string, options: RequestInit = {}): Promise<SdkResponse<T>> {
    this.answer = await askOverHttp(this.baseUrl + path, options, this.#timeoutMs)
    const error = { name: 'application_error', message: 'see answer', statusCode: null } as const
    return { data: null, error, headers: null }
  }
}

function checkCall(mails: readonly Mail[], batchKey: string | undefined): void {
  if (mails.length === 0 || mails.length > batchMax)
    throw new RangeError(`A call carries 1 to ${batchMax} mails, not ${mails.length}.`)
  if (mails.length === 1) return
  if (!batchKey) throw new TypeError('A call with several mails needs a batchKey.')
  if (mails.some((mail) => mail.parts().attachments.length > 0))
    throw new TypeError('A mail with attachments travels alone.')
}

/** One mail that must not leave keeps the whole batch back, whose rows leave it only together. */
function faultInCompany(fault: SendResult | undefined, mailCount: number): SendResult {
  if (fault !== undefined && mailCount === 1) return fault
  return { kind: 'split', reason: 'A mail of this batch has an envelope that must not leave.' }
}

function payloadOf(mail: Mail): CreateEmailOptions {
  const { from, replyTo, to, subject, html, text, headers, attachments } = mail.parts()
  return {
    from: written(from),
    to: written({ ...to, address: mail.envelope.to }),
    ...(replyTo && { replyTo: written(replyTo) }),
    subject,
    html,
    text,
    headers: Object.fromEntries(headers),
    tags: [{ name: 'delivery', value: mail.deliveryTag }],
    ...(attachments.length > 0 && {
      attachments: attachments.map(({ filename, contentType, content }) => ({
        filename,
        contentType,
        content: Buffer.from(content).toString('base64'),
      })),
    }),
  }
}

/** Always with quotation marks around the name, so that no comma, bracket or dot in it is read as more than a name. */
function written({ name, address }: Mailbox): string {
  const plain = name?.replace(/\s+/g, ' ').replace(/["\\]/g, '\\$&').trim()
  return plain ? `"${plain}" <${address}>` : address
}

/** `ratelimit-limit: 2`, counted over `w` seconds if `ratelimit-policy: 2;w=1` says so. */
function paceOf(answer: Answer): Pace | undefined {
  if (answer.kind !== 'answered') return undefined
  const calls = Number(answer.headers.get('ratelimit-limit') ?? Number.NaN)
  const seconds = Number(/w=(\d+)/.exec(answer.headers.get('ratelimit-policy') ?? '')?.[1] ?? 1)
  return calls > 0 && seconds > 0 ? { callsPerSecond: calls / seconds } : undefined
}
