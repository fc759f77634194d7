import { X509Certificate, type KeyObject } from 'node:crypto'
import type { SmallFetch } from './https-fetch.ts'

/** Amazon's are below 3 kB. */
const certificateLimits = { bytesMax: 20_000, timeoutMs: 5_000 }
/** Amazon changes its key once a year or so; a key that was taken back is noticed within a day. */
const keptMs = 24 * 60 * 60 * 1000
/** A certificate that cannot be had is not asked for again before this. SNS itself comes back after 20 s. */
const failedMs = 20_000
/** One for each region. Of more, those leave that have verified nothing. */
const certificatesMax = 40
/** Failures that are remembered: nothing but a saving, so that whoever makes us fail more often gains nothing. */
const failuresMax = 1000
/**
 * Addresses that have verified nothing yet are asked for so often, and this many in a moment. Whoever knows one of our topics can name
 * certificates that do not exist, as many as he likes; he must not make us ask Amazon all day.
 */
const strangersEveryMs = 500
const strangersAtOnceMax = 40
/** Below this a signature could be forged with enough machines (NIST SP 800-131A). */
const keyBitsMin = 2048

/** The host of a region's SNS, which alone may be believed and asked, and nothing that only looks like it. */
const snsHost = /^sns\.[a-z]{2}(-[a-z]+){1,2}-\d{1,2}\.amazonaws\.com(\.cn)?$/
const certificatePath = /^\/SimpleNotificationService-[A-Za-z0-9]{1,100}\.pem$/
/** `sns.amazonaws.com`, and in some regions with the region in it. */
const certificateName = /^CN=sns[a-z0-9-]*(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?$/m
const addressMax = 2000

export type SigningKey =
  | { kind: 'key'; key: KeyObject }
  | { kind: 'untrusted'; reason: string }
  | { kind: 'tryLater'; reason: string }

type Kept = { at: number; key: Promise<SigningKey> }
type Failed = { at: number; result: SigningKey }

/**
 * Keys that SNS signs with, by the address of their certificate; each is fetched once and kept for a day. What failed is remembered
 * apart, and an address that has verified a message is never in anybody's way: it is asked for whatever else is.
 */
export class SnsCertificates {
  readonly #kept = new Map<string, Kept>()
  readonly #failed = new Map<string, Failed>()
  readonly #trusted = new Set<string>()
  readonly #fetch: SmallFetch
  /** When the next stranger may be asked for; it lies behind now by what may be asked at once. */
  #nextStrangerAt = -Infinity

  constructor(fetch: SmallFetch) {
    this.#fetch = fetch
  }

  /** Nothing is fetched from an address that is not Amazon's own. */
  async keyAt(address: string, now: Date): Promise<SigningKey> {
    const href = certificateAt(address)
    if (href === undefined) return untrusted('its certificate is not where SNS keeps them')
    const at = now.getTime()
    const known = this.#kept.get(href)
    if (known !== undefined && at - known.at < keptMs) return known.key
    const failed = this.#failed.get(href)
    if (failed !== undefined && Math.abs(at - failed.at) < failedMs) return failed.result
    if (!this.#trusted.has(href) && !this.#mayAskStranger(at))
      return { kind: 'tryLater', reason: 'too many certificates are asked for' }
    return this.#ask(href, now)
  }

  /** A message of a topic of ours was signed with the key of this address. */
  trust(address: string): void {
    const href = certificateAt(address)
    if (href === undefined) return
    // The latest stands last, so that of too many those leave with which nobody signs any more.
    this.#trusted.delete(href)
    this.#trusted.add(href)
    if (this.#trusted.size > certificatesMax) this.#trusted.delete(this.#trusted.values().next().value!)
  }

  async #ask(href: string, now: Date): Promise<SigningKey> {
    const at = now.getTime()
    const asked: Kept = { at, key: this.#read(new URL(href), now) }
    this.#kept.delete(href)
    this.#kept.set(href, asked)
    const result = await asked.key
    if (result.kind === 'key') this.#makeRoom()
    else {
      this.#kept.delete(href)
      this.#failed.delete(href)
      this.#failed.set(href, { at, result })
      if (this.#failed.size > failuresMax) this.#failed.delete(this.#failed.keys().next().value!)
    }
    return result
  }

  #mayAskStranger(at: number): boolean {
    // The clock of this machine was set back: nobody waits until it is there again.
    if (this.#nextStrangerAt > at + strangersEveryMs) this.#nextStrangerAt = at
    const from = Math.max(this.#nextStrangerAt, at - (strangersAtOnceMax - 1) * strangersEveryMs)
    if (from > at) return false
    this.#nextStrangerAt = from + strangersEveryMs
    return true
  }

  /** The oldest first. */
  #makeRoom(): void {
    for (const href of this.#kept.keys()) {
      if (this.#kept.size <= certificatesMax) return
      if (!this.#trusted.has(href)) this.#kept.delete(href)
    }
  }

  async #read(url: URL, now: Date): Promise<SigningKey> {
    let pem: string
    try {
      pem = await this.#fetch(url, certificateLimits)
    } catch (error) {
      return { kind: 'tryLater', reason: `the certificate could not be fetched: ${(error as Error).message}` }
    }
    return readCertificate(pem, now)
  }
}

/** The connection to Amazon vouches for the file, and so for the chain; what it says of itself has to fit as well. */
function readCertificate(pem: string, now: Date): SigningKey {
  try {
    const certificate = new X509Certificate(pem)
    const { publicKey: key, subject, validFromDate, validToDate } = certificate
    if (now < validFromDate || now > validToDate) return untrusted('its certificate is not valid now')
    if (!certificateName.test(subject)) return untrusted('its certificate was not made for SNS')
    if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < keyBitsMin)
      return untrusted('the key of its certificate is too weak')
    return { kind: 'key', key }
  } catch {
    return untrusted('its certificate is none')
  }
}

const untrusted = (reason: string): SigningKey => ({ kind: 'untrusted', reason })

/** @returns the address as it is asked for, if it is one at which SNS keeps certificates. */
function certificateAt(address: string): string | undefined {
  const url = snsUrl(address)
  return url !== undefined && url.search === '' && certificatePath.test(url.pathname) ? url.href : undefined
}

/** @returns the address, if it is one of SNS: https, the usual port, nobody's name and password, and the host of a region. */
export function snsUrl(address: string): URL | undefined {
  const url = address.length <= addressMax && URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || url.protocol !== 'https:' || url.port !== '' || url.hash !== '') return undefined
  return url.username === '' && url.password === '' && snsHost.test(url.hostname) ? url : undefined
}
