import { X509Certificate, type KeyObject } from 'node:crypto'
import type { SmallFetch } from './https-fetch.ts'

/** Amazon's are below 3 kB. */
const certificateLimits = { bytesMax: 20_000, timeoutMs: 5_000 }
/** Amazon changes its key once a year or so; a key that was taken back is noticed within a day. */
const keptMs = 24 * 60 * 60 * 1000
/** A certificate that cannot be had is not asked for again before this. SNS itself comes back after 20 s. */
const failedMs = 20_000
/** One for each region; whoever names more wants to make us ask Amazon all day. */
const certificatesMax = 40
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

/** Keys that SNS signs with, by the address of their certificate; each is fetched once and kept for a day. */
export class SnsCertificates {
  readonly #kept = new Map<string, Kept>()
  readonly #fetch: SmallFetch

  constructor(fetch: SmallFetch) {
    this.#fetch = fetch
  }

  /** Nothing is fetched from an address that is not Amazon's own. */
  async keyAt(address: string, now: Date): Promise<SigningKey> {
    const url = snsUrl(address)
    if (url === undefined || url.search !== '' || !certificatePath.test(url.pathname))
      return { kind: 'untrusted', reason: 'its certificate is not where SNS keeps them' }
    const known = this.#kept.get(url.href)
    if (known !== undefined && now.getTime() - known.at < keptMs) return known.key
    this.#forgetOld(now)
    if (this.#kept.size >= certificatesMax) return { kind: 'tryLater', reason: 'too many certificates are asked for' }
    const kept: Kept = { at: now.getTime(), key: this.#read(url, now) }
    this.#kept.set(url.href, kept)
    const result = await kept.key
    if (result.kind !== 'key') kept.at = now.getTime() - keptMs + failedMs
    return result
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

  #forgetOld(now: Date): void {
    for (const [address, { at }] of this.#kept) if (now.getTime() - at >= keptMs) this.#kept.delete(address)
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

/** @returns the address, if it is one of SNS: https, the usual port, nobody's name and password, and the host of a region. */
export function snsUrl(address: string): URL | undefined {
  const url = address.length <= addressMax && URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || url.protocol !== 'https:' || url.port !== '' || url.hash !== '') return undefined
  return url.username === '' && url.password === '' && snsHost.test(url.hostname) ? url : undefined
}
