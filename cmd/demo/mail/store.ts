import { EventEmitter } from 'node:events'
import PostalMime, { type Email } from 'postal-mime'

/** A thousand mails of about 30 kB fit into memory with ease; the oldest go first. */
export const mailsMax = 1_000

/** A mail as it arrived: the envelope and the bytes. `id` grows, so "newer than" is one comparison. */
export type CaughtMail = { id: number; at: Date; from: string; to: string[]; raw: Buffer }

/** What the list shows. */
export type MailSummary = {
  id: number
  at: string
  to: string
  toName: string
  fromName: string
  subject: string
  preview: string
  attachments: number
}

/** The last mails, in memory only. Parsing waits until somebody looks, so that a burst of thousands costs nothing. */
export class MailStore {
  readonly #mails: CaughtMail[] = []
  readonly #parsed = new WeakMap<CaughtMail, Promise<Email>>()
  readonly #changes = new EventEmitter()
  #lastId = 0

  constructor() {
    // Each open page listens; the warning at ten listeners is about leaks, which the page's close handler rules out.
    this.#changes.setMaxListeners(0)
  }

  get lastId() {
    return this.#lastId
  }

  add(mail: Omit<CaughtMail, 'id' | 'at'>) {
    this.#mails.unshift({ ...mail, id: ++this.#lastId, at: new Date() })
    if (this.#mails.length > mailsMax) this.#mails.length = mailsMax
    this.#changes.emit('change')
  }

  clear() {
    this.#mails.length = 0
    this.#changes.emit('change')
  }

  /** Newest first. */
  all(): readonly CaughtMail[] {
    return this.#mails
  }

  find(id: number): CaughtMail | undefined {
    return this.#mails.find((mail) => mail.id === id)
  }

  parsed(mail: CaughtMail): Promise<Email> {
    const known = this.#parsed.get(mail) ?? PostalMime.parse(mail.raw)
    this.#parsed.set(mail, known)
    return known
  }

  async summary(mail: CaughtMail): Promise<MailSummary> {
    const email = await this.parsed(mail)
    return {
      id: mail.id,
      at: mail.at.toISOString(),
      to: mail.to.join(', '),
      toName: email.to?.[0]?.name || mail.to[0] || 'nobody',
      fromName: email.from?.name || email.from?.address || mail.from,
      subject: email.subject || '(no subject)',
      preview: (email.text ?? '').replace(/\s+/g, ' ').trim().slice(0, 140),
      attachments: email.attachments.length,
    }
  }

  /** Calls back after each change until the answered function is called. */
  onChange(listener: () => void): () => void {
    this.#changes.on('change', listener)
    return () => void this.#changes.off('change', listener)
  }
}
