import { timingSafeEqual } from 'node:crypto'
import { decodeStrictly, encodeUuid, hmacTag, purposeKey, readUuid, tagBytes, uuidBytes, type Tag } from './signing.ts'
import { createTrackingSigner, type TrackingSigner } from './tracking-tokens.ts'

/** What a link lets its bearer do. A token made for one purpose is worthless for the others. */
export const linkPurposes = ['rsvp', 'preferences', 'unsubscribe'] as const
export type LinkPurpose = (typeof linkPurposes)[number]

export type GuestLink = { guestId: string; linkVersion: number }

export interface LinkSigner {
  /** The same token on every call, so that a replayed mail is the same byte for byte. */
  sign(purpose: LinkPurpose, guestId: string, linkVersion: number): string
  /** Who the token speaks for, or undefined for anything that we did not sign for this purpose. The caller compares `linkVersion` with the guest's. */
  verify(purpose: LinkPurpose, token: string): GuestLink | undefined
  /** The addresses that note an open or a click; they let their bearer do nothing. */
  readonly tracking: TrackingSigner
}

/** Versions are PostgreSQL integers: one to four bytes, without leading zeros, so that each version has one spelling. */
const versionBytesMax = 4
const versionMax = 2 ** 31 - 1
const claimBytes = { min: uuidBytes + 1, max: uuidBytes + versionBytesMax }

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
      const bytes = decodeStrictly(token, claimBytes)
      if (bytes === undefined) return undefined
      const claim = bytes.subarray(0, -tagBytes)
      const tag = bytes.subarray(-tagBytes)
      const genuine = accepted.some((tags) => timingSafeEqual(Buffer.from(tags[purpose](claim), 'latin1'), tag))
      return genuine ? decodeClaim(claim) : undefined
    },

    tracking: createTrackingSigner(keys),
  }
}

function tagsFor(secretKey: string): Record<LinkPurpose, Tag> {
  const tag = (purpose: LinkPurpose) => hmacTag(purposeKey(secretKey, `link/1/${purpose}`), claimBytes.max)
  return { rsvp: tag('rsvp'), preferences: tag('preferences'), unsubscribe: tag('unsubscribe') }
}

function encodeClaim(guestId: string, linkVersion: number): Buffer {
  if (!Number.isInteger(linkVersion) || linkVersion < 0 || linkVersion > versionMax) {
    throw new RangeError(`A link version is a whole number from 0 to ${versionMax}, not ${linkVersion}`)
  }
  const version = linkVersion.toString(16)
  return Buffer.from(
    encodeUuid(guestId, 'a guest id') + version.padStart(version.length + (version.length % 2), '0'),
    'hex',
  )
}

function decodeClaim(claim: Buffer): GuestLink {
  return { guestId: readUuid(claim), linkVersion: claim.readUIntBE(uuidBytes, claim.length - uuidBytes) }
}
