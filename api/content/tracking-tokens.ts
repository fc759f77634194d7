import { timingSafeEqual } from 'node:crypto'
import type { DeliveryKey } from '../domain/feedback.ts'
import { decodeStrictly, encodeUuid, hmacTag, purposeKey, readUuid, tagBytes, uuidBytes, type Tag } from './signing.ts'

/** One link of one guest's mail, by the number under which its address is stored with the message. */
export type TrackedLink = DeliveryKey & { link: number }

export interface TrackingSigner {
  /** The same token on every call, as a replayed mail has to be the same byte for byte. */
  signOpen(delivery: DeliveryKey): string
  signClick(delivery: DeliveryKey, link: number): string
  /** Which mail the picture belongs to, or undefined for anything that we did not sign for a picture. */
  verifyOpen(token: string): DeliveryKey | undefined
  verifyClick(token: string): TrackedLink | undefined
}

/** Message id, seq as four bytes, generation and link as two: each mail and link has one spelling. A picture is of no link: number 0. */
const seqAt = uuidBytes
const generationAt = seqAt + 4
const linkAt = generationAt + 2
const claimLength = linkAt + 2
const claimBytes = { min: claimLength, max: claimLength }

/** What the columns of these numbers hold. */
const seqMax = 2 ** 31 - 1
const smallMax = 2 ** 15 - 1

/**
 * Signs and reads the addresses that note an open or a click: `base64url(message id, seq, generation, link, tag)`, 54 characters. They
 * are signed with keys of their own, so that they are of no use as a guest's link, nor one for the other.
 */
export function createTrackingSigner(keys: { secretKey: string; previousSecretKey?: string }): TrackingSigner {
  const open = signerOf(keys, 'open')
  const click = signerOf(keys, 'click')
  return {
    signOpen: (delivery) => open.sign(delivery, 0),
    signClick: (delivery, link) => click.sign(delivery, link),
    verifyOpen(token) {
      const { link, ...delivery } = open.verify(token) ?? {}
      return link === 0 ? (delivery as DeliveryKey) : undefined
    },
    verifyClick: (token) => click.verify(token),
  }
}

function signerOf(
  { secretKey, previousSecretKey }: { secretKey: string; previousSecretKey?: string },
  purpose: 'open' | 'click',
) {
  const tagFor = (secret: string): Tag => hmacTag(purposeKey(secret, `tracking/1/${purpose}`), claimLength)
  const current = tagFor(secretKey)
  const accepted = previousSecretKey ? [current, tagFor(previousSecretKey)] : [current]
  return {
    sign(delivery: DeliveryKey, link: number): string {
      const claim = encodeClaim(delivery, link)
      return Buffer.from(claim.toString('latin1') + current(claim), 'latin1').toString('base64url')
    },
    verify(token: string): TrackedLink | undefined {
      const bytes = decodeStrictly(token, claimBytes)
      if (bytes === undefined) return undefined
      const claim = bytes.subarray(0, -tagBytes)
      const tag = bytes.subarray(-tagBytes)
      const isGenuine = accepted.some((tagOf) => timingSafeEqual(Buffer.from(tagOf(claim), 'latin1'), tag))
      return isGenuine ? decodeClaim(claim) : undefined
    },
  }
}

function encodeClaim({ messageId, seq, generation }: DeliveryKey, link: number): Buffer {
  if (!isWhole(seq, seqMax) || !isWhole(generation, smallMax) || !isWhole(link, smallMax)) {
    throw new RangeError('A delivery and its links are numbered with whole numbers that their columns can hold')
  }
  const claim = Buffer.alloc(claimLength)
  claim.write(encodeUuid(messageId, 'a message id'), 'hex')
  claim.writeUInt32BE(seq, seqAt)
  claim.writeUInt16BE(generation, generationAt)
  claim.writeUInt16BE(link, linkAt)
  return claim
}

function isWhole(number: number, max: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= max
}

function decodeClaim(claim: Buffer): TrackedLink {
  return {
    messageId: readUuid(claim),
    seq: claim.readUInt32BE(seqAt),
    generation: claim.readUInt16BE(generationAt),
    link: claim.readUInt16BE(linkAt),
  }
}
