import { hash, hkdfSync, timingSafeEqual } from 'node:crypto'

/** What a link lets its bearer do. A token made for one purpose is worthless for the others. */
export const linkPurposes = ['rsvp', 'preferences', 'unsubscribe'] as const
export type LinkPurpose = (typeof linkPurposes)[number]

export type GuestLink = { guestId: string; linkVersion: number }

export interface LinkSigner {
  /** The same token on every call, so that a replayed mail is the same byte for byte. */
  sign(purpose: LinkPurpose, guestId: string, linkVersion: number): string
  /** Who the token speaks for, or undefined for anything that we did not sign for this purpose. The caller compares `linkVersion` with the guest's. */
  verify(purpose: LinkPurpose, token: string): GuestLink | undefined
}

/** 128 bits, the least that ASVS and RFC 2104 section 5 accept; more would only lengthen the List-Unsubscribe line. */
const tagBytes = 16
const guestIdBytes = 16
/** Versions are PostgreSQL integers: one to four bytes, without leading zeros, so that each version has one spelling. */
const versionBytesMax = 4
const versionMax = 2 ** 31 - 1
/** A longer string is no token of ours and is not even decoded. */
const tokenLengthMax = Math.ceil(((guestIdBytes + versionBytesMax + tagBytes) * 4) / 3)

/**
 * Signs and reads the links in guests' mails: `base64url(guest id, link version, tag)`, 44 characters for usual versions.
 * The tag is HMAC-SHA256 under a key derived per purpose (HKDF, RFC 5869). Links signed with the previous secret stay good.
 */
export function createLinkSigner(keys: { secretKey: string; previousSecretKey?: string }): LinkSigner {
  const current = tagsFor(keys.secretKey)
  const accepted = keys.previousSecretKey ? [current, tagsFor(keys.previousSecretKey)] : [current]

  // A mail signs its three links in a row, for one guest.
  let last: GuestLink & { claim: Buffer } = { guestId: '', linkVersion: -1, claim: Buffer.alloc(0) }
  const claimOf = (guestId: string, linkVersion: number) => {
    if (last.guestId !== guestId || last.linkVersion !== linkVersion) {
      last = { guestId, linkVersion, claim: encodeClaim(guestId, linkVersion) }
    }
    return last.claim
  }

  return {
    sign(purpose, guestId, linkVersion) {
      const claim = claimOf(guestId, linkVersion)
      return Buffer.from(claim.toString('latin1') + current[purpose](claim), 'latin1').toString('base64url')
    },

    verify(purpose, token) {
      const bytes = decodeStrictly(token)
      if (bytes === undefined) return undefined
      const claim = bytes.subarray(0, -tagBytes)
      const tag = bytes.subarray(-tagBytes)
      const genuine = accepted.some((tags) => timingSafeEqual(Buffer.from(tags[purpose](claim), 'latin1'), tag))
      return genuine ? decodeClaim(claim) : undefined
    },
  }
}

/** Bytes written as latin1 characters. */
type Tag = (claim: Buffer) => string

function tagsFor(secretKey: string): Record<LinkPurpose, Tag> {
  const tag = (purpose: LinkPurpose) =>
    hmacTag(Buffer.from(hkdfSync('sha256', secretKey, '', `tidings/link/1/${purpose}`, 32)))
  return { rsvp: tag('rsvp'), preferences: tag('preferences'), unsubscribe: tag('unsubscribe') }
}

const blockBytes = 64
const digestBytes = 32

/**
 * HMAC-SHA256 as RFC 2104 writes it, truncated. Three tags are made per mail; `createHmac` builds a stream for each (measured:
 * 10 microseconds), two one-shot hashes between strings take 1.3. A test holds this against `createHmac`.
 */
function hmacTag(key: Buffer): Tag {
  const inner = Buffer.alloc(blockBytes + guestIdBytes + versionBytesMax, 0x36)
  const outer = Buffer.alloc(blockBytes + digestBytes, 0x5c)
  for (const [i, byte] of key.entries()) {
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  return (claim) => {
    claim.copy(inner, blockBytes)
    outer.write(hash('sha256', inner.subarray(0, blockBytes + claim.length), 'binary'), blockBytes, 'latin1')
    return hash('sha256', outer, 'binary').slice(0, tagBytes)
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

function encodeClaim(guestId: string, linkVersion: number): Buffer {
  if (!uuid.test(guestId)) throw new TypeError('A link is signed for a guest id, which is a UUID')
  if (!Number.isInteger(linkVersion) || linkVersion < 0 || linkVersion > versionMax) {
    throw new RangeError(`A link version is a whole number from 0 to ${versionMax}, not ${linkVersion}`)
  }
  const version = linkVersion.toString(16)
  return Buffer.from(guestId.replaceAll('-', '') + version.padStart(version.length + (version.length % 2), '0'), 'hex')
}

function decodeClaim(claim: Buffer): GuestLink {
  const id = claim.toString('hex', 0, guestIdBytes)
  const guestId = `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`
  return { guestId, linkVersion: claim.readUIntBE(guestIdBytes, claim.length - guestIdBytes) }
}

/** Node's decoder forgives stray characters and loose end bits. Only the one spelling that we write is taken. */
function decodeStrictly(token: string): Buffer | undefined {
  if (typeof token !== 'string' || token.length > tokenLengthMax) return undefined
  const bytes = Buffer.from(token, 'base64url')
  const versionBytes = bytes.length - guestIdBytes - tagBytes
  if (versionBytes < 1 || versionBytes > versionBytesMax) return undefined
  return bytes.toString('base64url') === token ? bytes : undefined
}
