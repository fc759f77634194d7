import type { Mail } from '../../domain/mail.ts'
import type { SendResult } from '../../domain/send-result.ts'
import { envelopeFault } from '../envelope-guard.ts'
import { oneMail } from '../one-mail.ts'
import type { Line, Log, NoLine, Pace, Provider, Transport } from '../provider.ts'
import { SmtpPool } from './pool.ts'
import type { Handover, SmtpSession } from './session.ts'
import { readSmtpConfig, type SmtpConfig } from './smtp-url.ts'

/** Any SMTP server: a relay, a provider's SMTP door, the mail catcher of `npm start`. */
export const smtp: Provider<SmtpConfig> = {
  key: 'smtp',
  label: 'SMTP',
  because: 'SMTP_URL is set',
  configure: readSmtpConfig,
  account: ({ host, port, credentials }) => `smtp:${credentials ? `${credentials.user}@` : ''}${host}:${port}`,
  open: (config, log) => new SmtpTransport(config, log),
}

class SmtpTransport implements Transport {
  readonly provider = 'smtp'
  readonly account: string
  readonly batchMax = 1
  readonly linesMax: number
  /** An SMTP server takes the same mail twice without a word. */
  readonly deduplicates = false
  readonly shedsLines = true
  readonly #pool: SmtpPool
  readonly #pace: Pace | undefined

  constructor(config: SmtpConfig, log: Log) {
    this.#pace = config.mailsPerSecond === undefined ? undefined : { callsPerSecond: config.mailsPerSecond }
    this.account = smtp.account(config)
    this.linesMax = config.connectionsMax
    this.#pool = new SmtpPool(config, log)
  }

  async line(): Promise<Line | NoLine> {
    const session = await this.#pool.take()
    return 'kind' in session ? session : new SmtpLine(this.#pool, session)
  }

  async verify(): Promise<'ok' | (string & {})> {
    const line = await this.line()
    if (line.kind === 'noLine') return [line.result.reason, line.result.reply].filter(Boolean).join(' ')
    line.release()
    return 'ok'
  }

  pace(): Pace | undefined {
    return this.#pace
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}

class SmtpLine implements Line {
  readonly kind = 'line'
  readonly #pool: SmtpPool
  #session: SmtpSession
  #sending = false
  #brokenOff = false

  constructor(pool: SmtpPool, session: SmtpSession) {
    this.#pool = pool
    this.#session = session
  }

  async send(mails: readonly Mail[], _batchKey?: string, following?: () => Mail | undefined): Promise<SendResult[]> {
    const mail = oneMail(mails)
    const fault = envelopeFault(mail)
    if (fault !== undefined) return [fault]
    this.#sending = true
    this.#brokenOff = false
    try {
      return [await this.#hand(mail, following && (() => this.#announceable(following)))]
    } finally {
      this.#sending = false
    }
  }

  breakOff(): void {
    this.#brokenOff = this.#sending
    this.#session.breakOff()
  }

  release(): void {
    this.#pool.release(this.#session)
  }

  /** A mail whose own envelope will not do is not announced, nor one that would not come on this connection. */
  #announceable(following: () => Mail | undefined): Mail | undefined {
    const mail = this.#pool.announces && !this.#pool.isWorn(this.#session) ? following() : undefined
    return mail && envelopeFault(mail) === undefined ? mail : undefined
  }

  /** A connection that had died while it was idle, or is worn, is replaced, once; a new one that dies as well is news. */
  async #hand(mail: Mail, following?: () => Mail | undefined): Promise<SendResult> {
    if (this.#pool.isWorn(this.#session)) return this.#handOnAnother(mail, following)
    const usedBefore = this.#session.mailsTried > 0
    const { result, untouched } = await this.#handNow(mail, following)
    if (!untouched || !usedBefore || this.#brokenOff) return result
    return this.#handOnAnother(mail, following)
  }

  async #handNow(mail: Mail, following?: () => Mail | undefined): Promise<Handover> {
    const handover = await this.#session.hand(mail, following)
    if (handover.misled) this.#pool.announceNoMore(handover.result)
    return handover
  }

  async #handOnAnother(mail: Mail, following?: () => Mail | undefined): Promise<SendResult> {
    await this.#session.quit()
    const fresh = await this.#pool.connect()
    if ('kind' in fresh) return fresh.result
    this.#session = fresh
    if (this.#brokenOff) return { kind: 'tryLater', reason: 'Broken off before the mail was sent.', afterMs: 0 }
    return this.#handNow(mail, following).then(({ result }) => result)
  }
}
