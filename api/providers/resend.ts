import { createHash } from 'node:crypto'
import { Resend, type Response as SdkResponse } from 'resend'
import type { Mail } from '../domain/mail.ts'
import type { SendResult } from '../domain/send-result.ts'
import { envelopeFault } from './envelope-guard.ts'
import { askOverHttp, type Answer } from './http-ask.ts'
import { Places } from './places.ts'
import { closedTransport, type Line, type NoLine, type Pace, type Provider, type Transport } from './provider.ts'
import { readResendConfig, type ResendConfig } from './resend-config.ts'
import { payloadOf } from './resend-payload.ts'
import { resendVerdict } from './resend-verdict.ts'

/** Resend's own limit for a batch. */
const batchMax = 100
/** What every account may do (resend.com/docs/api-reference/rate-limit, older copy); the first answer tells what this one may. */
const startingCallsPerSecond = 2

/** Resend (resend.com) over its HTTP API, which remembers keys for 24 hours and so never sends a repeated call twice. */
export const resend: Provider<ResendConfig> = {
  key: 'resend',
  label: 'Resend',
  because: 'RESEND_API_KEY is set',
  configure: readResendConfig,
  account: ({ apiKey }) => `resend:${createHash('sha256').update(apiKey).digest('hex').slice(0, 12)}`,
  open: (config) => new ResendTransport(config),
}

class ResendTransport implements Transport {
  readonly provider = 'resend'
  readonly account: string
  readonly batchMax = batchMax
  readonly linesMax: number
  readonly deduplicates = true
  readonly #config: ResendConfig
  readonly #places: Places
  #pace: Pace = { callsPerSecond: startingCallsPerSecond, assumed: true }

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

  pace(): Pace {
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
      await call.batch.send(mails.map(payloadOf), { idempotencyKey: batchKey ?? '' })
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

/** `ratelimit-limit: 2`, counted over `w` seconds if `ratelimit-policy: 2;w=1` says so. */
function paceOf(answer: Answer): Pace | undefined {
  if (answer.kind !== 'answered') return undefined
  const calls = Number(answer.headers.get('ratelimit-limit') ?? Number.NaN)
  const seconds = Number(/w=(\d+)/.exec(answer.headers.get('ratelimit-policy') ?? '')?.[1] ?? 1)
  return calls > 0 && seconds > 0 ? { callsPerSecond: calls / seconds } : undefined
}
