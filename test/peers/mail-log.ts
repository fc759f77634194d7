/** What every mail that a peer has accepted has in common. */
export type Received = { to: readonly string[]; messageId: string | undefined }

/** Everything a peer has accepted, in order, counted for each recipient; the witness in "nobody got it twice". */
export class MailLog<Mail extends Received> {
  readonly mails: Mail[] = []
  readonly #counts = new Map<string, number>()
  readonly #keep: boolean
  #count = 0

  /** `keep: false` only counts, for floods that would not fit in memory. */
  constructor(keep = true) {
    this.#keep = keep
  }

  add(mail: Mail): void {
    this.#count += 1
    for (const address of mail.to) this.#counts.set(address, this.countTo(address) + 1)
    if (this.#keep) this.mails.push(mail)
  }

  /** Mails accepted so far. */
  get count(): number {
    return this.#count
  }

  countTo(address: string): number {
    return this.#counts.get(address) ?? 0
  }

  mailsTo(address: string): Mail[] {
    return this.mails.filter((mail) => mail.to.includes(address))
  }

  /** How many mails each address got; for checks over everybody. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  /** Addresses that got more than one mail. */
  get doubled(): string[] {
    return [...this.#counts].filter(([, count]) => count > 1).map(([address]) => address)
  }

  /** Forgets everything, between tests that share a peer. */
  clear(): void {
    this.mails.length = 0
    this.#counts.clear()
    this.#count = 0
  }
}

/** Reads one header of a raw mail, unfolded. */
export function headerOf(raw: string, name: string): string | undefined {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n') + 2).replace(/\r\n[ \t]+/g, ' ')
  return new RegExp(`^${name}:[ \t]*(.*)\r$`, 'im').exec(head)?.[1]
}
