import type { SendResult } from '../../domain/send-result.ts'
import { Places } from '../places.ts'
import { closedTransport, type Log, type NoLine } from '../provider.ts'
import { openSession } from './connect.ts'
import type { SmtpSession } from './session.ts'
import type { SmtpConfig } from './smtp-url.ts'

/**
 * At most `connectionsMax` connections, opened when they are wanted and kept for the next mail. A place is held from the
 * first thought of a connection until its last goodbye, so the server never sees more of them.
 */
export class SmtpPool {
  readonly #config: SmtpConfig
  readonly #closing = new AbortController()
  readonly #idle: { session: SmtpSession; hangUp: NodeJS.Timeout }[] = []
  readonly #places: Places
  readonly #log: Log
  #announces = true

  constructor(config: SmtpConfig, log: Log) {
    this.#config = config
    this.#log = log
    this.#places = new Places(config.connectionsMax)
  }

  /** Waits for a place and a live connection. Whoever gets a session gives it back with `release`. */
  async take(): Promise<SmtpSession | NoLine> {
    if (!(await this.#places.take())) return closedTransport
    const session = this.#liveIdle() ?? (await this.connect())
    if ('kind' in session) this.#places.giveBack()
    return session
  }

  /** A new connection in the place of one that the caller holds and found dead. */
  async connect(): Promise<SmtpSession | NoLine> {
    return openSession(this.#config, this.#closing.signal)
  }

  /** A connection that has carried its share of mails: some servers count them. */
  isWorn(session: SmtpSession): boolean {
    return session.mailsTried >= this.#config.mailsPerConnectionMax
  }

  /** Whether the server may be told of the next mail with the last bytes of one. */
  get announces(): boolean {
    return this.#announces
  }

  /** The server did not understand it, on any connection. Its words are for the operator. */
  announceNoMore(refusal: SendResult): void {
    if (this.#announces)
      this.#log({ host: this.#config.host, refusal }, 'the server offers PIPELINING, but not across mails')
    this.#announces = false
  }

  /** Takes a connection back, to be used again or said goodbye to. */
  release(session: SmtpSession): void {
    if (!session.alive || this.isWorn(session) || this.#closing.signal.aborted) {
      void session.quit().finally(() => this.#places.giveBack())
      return
    }
    const hangUp = setTimeout(() => this.#hangUp(session), this.#config.idleMs).unref()
    this.#idle.push({ session, hangUp })
    this.#places.giveBack()
  }

  /** Hangs up idle connections, sends waiting callers away, and waits for busy ones to come back. */
  async close(): Promise<void> {
    this.#closing.abort()
    const goodbyes = this.#idle.splice(0).map(({ session, hangUp }) => {
      clearTimeout(hangUp)
      return session.quit()
    })
    await Promise.all([...goodbyes, this.#places.close()])
  }

  /** The one used last comes first, so that those nobody needs grow old and are hung up. */
  #liveIdle(): SmtpSession | undefined {
    for (let entry = this.#idle.pop(); entry !== undefined; entry = this.#idle.pop()) {
      clearTimeout(entry.hangUp)
      if (entry.session.alive) return entry.session
      void entry.session.quit()
    }
    return undefined
  }

  #hangUp(session: SmtpSession): void {
    const at = this.#idle.findIndex((entry) => entry.session === session)
    if (at !== -1) void this.#idle.splice(at, 1)[0]?.session.quit()
  }
}
