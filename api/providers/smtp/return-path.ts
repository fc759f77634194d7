import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { addressMax, readEmailAddress } from '../../domain/email-address.ts'
import { readDeliveryTag, type DeliveryKey } from '../../domain/feedback.ts'
import { ConfigurationError, type Environment } from '../provider.ts'

// Every mail by SMTP can have a return path of its own (VERP): `bounces+<token>@mail.example.org`. Many servers report a bounce in words
// of their own, and nearly all report it to this address. The token names the row and is signed, so that nobody can make up a bounce.

/** RFC 5321 section 4.5.3.1.1. */
const localPartMax = 64
const uuidBytes = 16
/** A number below 10^9 and one below 10^4, seven bits in each byte. */
const numbersBytesMax = 5 + 2
/** 80 bits: whoever guesses ten million a second needs a hundred thousand times the age of a person. A longer tag leaves no room for the name. */
const tagBytes = 10
/** Five bits a character. Servers may write a local part in lower case, so that case must not count. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const lengthOf = (bytes: number) => Math.ceil((bytes * 8) / 5)
const tokenMax = lengthOf(uuidBytes + numbersBytesMax + tagBytes)
const tokenMin = lengthOf(uuidBytes + 2 + tagBytes)
const nameMax = localPartMax - '+'.length - tokenMax

export type ReturnPaths = {
  /** The envelope sender of a mail, the same on every attempt; undefined for a mail that is no delivery's. */
  of(deliveryTag: string): string | undefined
  /** The row whose return path stands in the text, if we signed it. The first of several. */
  find(text: string): DeliveryKey | undefined
}

/**
 * Reads SMTP_BOUNCE_ADDRESS, and the keys that sign.
 * @throws ConfigurationError when it is no address that tokens fit into.
 */
export function readReturnPaths(env: Environment): ReturnPaths | undefined {
  const { SMTP_BOUNCE_ADDRESS: text, SECRET_KEY: secretKey, SECRET_KEY_PREVIOUS: previousSecretKey } = env
  if (!text) return undefined
  const reading = readEmailAddress(text)
  const [name = '', domain = ''] = reading.ok ? reading.address.split('@') : []
  const fits = name.length <= nameMax && !name.includes('+') && text.length + tokenMax < addressMax
  if (!reading.ok || !fits) {
    throw new ConfigurationError(
      `SMTP_BOUNCE_ADDRESS must be an address such as bounces@mail.example.org, with at most ${nameMax} characters before the @ and no +. Mails go out as bounces+<token>@mail.example.org.`,
    )
  }
  if (!secretKey) throw new ConfigurationError('SMTP_BOUNCE_ADDRESS needs SECRET_KEY, which signs the return paths.')
  return returnPaths({ name, domain }, previousSecretKey ? [secretKey, previousSecretKey] : [secretKey])
}

/** The first key signs; what any of them has signed is known. */
export function returnPaths(
  { name, domain }: { name: string; domain: string },
  secretKeys: readonly string[],
): ReturnPaths {
  const tags = secretKeys.map(tagsWith)
  const start = `${name}+`
  const token = `[a-z2-7]{${tokenMin},${tokenMax}}`
  const path = new RegExp(`(?<![\\w.+-])${literally(start)}(${token})@${literally(domain)}(?![\\w.-]*\\w)`, 'gi')

  return {
    of(deliveryTag) {
      const key = readDeliveryTag(deliveryTag)
      if (key === undefined) return undefined
      const claim = encode(key)
      return `${start}${base32(Buffer.concat([claim, tags[0]!(claim)]))}@${domain}`
    },

    find(text) {
      for (const [, found = ''] of text.matchAll(path)) {
        const bytes = fromBase32(found.toLowerCase())
        const claim = bytes?.subarray(0, -tagBytes)
        const tag = bytes?.subarray(-tagBytes)
        if (claim && tag && tags.some((make) => timingSafeEqual(make(claim), tag))) return decode(claim)
      }
      return undefined
    },
  }
}

function tagsWith(secretKey: string): (claim: Buffer) => Buffer {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'tidings/return-path/1', 32))
  return (claim) => createHmac('sha256', key).update(claim).digest().subarray(0, tagBytes)
}

function encode({ messageId, seq, generation }: DeliveryKey): Buffer {
  return Buffer.concat([
    Buffer.from(messageId.replaceAll('-', ''), 'hex'),
    Buffer.from([...sevens(seq), ...sevens(generation)]),
  ])
}

/** What we have signed is what `encode` wrote, so that nothing of it need be checked. */
function decode(claim: Buffer): DeliveryKey {
  const id = claim.toString('hex', 0, uuidBytes)
  const numbers = [0]
  for (const byte of claim.subarray(uuidBytes)) {
    numbers.push(numbers.pop()! * 128 + (byte & 127))
    if (byte < 128) numbers.push(0)
  }
  const [seq = 0, generation = 0] = numbers
  return { messageId: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), seq, generation }
}

/** A number in bytes of seven bits, the largest first; all but the last have the eighth bit. */
function sevens(number: number): number[] {
  const bytes = [number % 128]
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest % 128) | 128)
  return bytes
}

function base32(bytes: Buffer): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value & 31) << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(value >> (bits - 5)) & 31]
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text
}

/** Only the one spelling that we write is taken. */
function fromBase32(text: string): Buffer | undefined {
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const character of text) {
    value = ((value & 255) << 5) | alphabet.indexOf(character)
    bits += 5
    if (bits >= 8) bytes.push((value >> (bits -= 8)) & 255)
  }
  const made = Buffer.from(bytes)
  return made.length > uuidBytes + tagBytes && base32(made) === text ? made : undefined
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
