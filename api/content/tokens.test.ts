import { createHmac, hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLinkSigner, linkPurposes } from './tokens.ts'

const secretKey = 'a secret of at least thirty-two characters'
const signer = createLinkSigner({ secretKey })
const guestId = '0198c5a2-7a10-7cc3-9b1f-0123456789ab'
const purposes = fc.constantFrom(...linkPurposes)
const versions = fc.integer({ min: 0, max: 2 ** 31 - 1 })

describe('a signed link', () => {
  test('brings back the guest and the version it was made for', () => {
    fc.assert(
      fc.property(purposes, fc.uuid(), versions, (purpose, id, linkVersion) => {
        expect(signer.verify(purpose, signer.sign(purpose, id, linkVersion))).toEqual({ guestId: id, linkVersion })
      }),
    )
  })

  test('is the same on every render, and 44 characters long', () => {
    const token = signer.sign('unsubscribe', guestId, 1)

    expect(signer.sign('unsubscribe', guestId, 1)).toBe(token)
    expect(token).toMatch(/^[\w-]{44}$/)
  })

  test('is HMAC-SHA256 under a key of its purpose', () => {
    const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'tidings/link/1/rsvp', 32))
    const claim = Buffer.from(`${guestId.replaceAll('-', '')}07`, 'hex')

    const tag = createHmac('sha256', key).update(claim).digest().subarray(0, 16)

    expect(signer.sign('rsvp', guestId, 7)).toBe(Buffer.concat([claim, tag]).toString('base64url'))
  })

  test('is good for its own purpose only', () => {
    for (const made of linkPurposes) {
      for (const used of linkPurposes.filter((purpose) => purpose !== made)) {
        expect(signer.verify(used, signer.sign(made, guestId, 1))).toBeUndefined()
      }
    }
  })

  test('is refused after any one bit is flipped', () => {
    fc.assert(
      fc.property(versions, fc.nat(), (linkVersion, where) => {
        const bytes = Buffer.from(signer.sign('rsvp', guestId, linkVersion), 'base64url')
        const bit = where % (bytes.length * 8)
        bytes[bit >> 3]! ^= 1 << (bit & 7)
        expect(signer.verify('rsvp', bytes.toString('base64url'))).toBeUndefined()
      }),
    )
  })

  test('is refused when a character of it is changed, even one that only touches padding bits', () => {
    const token = signer.sign('rsvp', guestId, 300)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

    for (const [i, old] of [...token].entries()) {
      for (const other of alphabet.replace(old, '')) {
        expect(signer.verify('rsvp', token.slice(0, i) + other + token.slice(i + 1))).toBeUndefined()
      }
    }
  })

  test.each([
    ['nothing', ''],
    ['a cut token', signer.sign('rsvp', guestId, 1).slice(0, -1)],
    ['a longer token', `${signer.sign('rsvp', guestId, 1)}A`],
    ['padding', `${signer.sign('rsvp', guestId, 1)}==`],
    ['spaces around', ` ${signer.sign('rsvp', guestId, 1)} `],
    ['a path', '../../etc/passwd'],
    ['NUL and friends', '\u0000\uD800'],
    ['ten megabytes', 'A'.repeat(10_000_000)],
  ])('%s is no token', (_, token) => {
    expect(signer.verify('rsvp', token)).toBeUndefined()
  })

  test('garbage is no token', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.string()),
        purposes,
        (garbage, purpose) => {
          expect(signer.verify(purpose, garbage)).toBeUndefined()
        },
      ),
    )
  })

  test('outlives one change of the secret, and not two', () => {
    const token = signer.sign('rsvp', guestId, 1)
    const rotated = createLinkSigner({
      secretKey: 'another secret of thirty-two characters',
      previousSecretKey: secretKey,
    })
    const rotatedAgain = createLinkSigner({
      secretKey: 'b'.repeat(32),
      previousSecretKey: 'another secret of thirty-two characters',
    })

    expect(rotated.verify('rsvp', token)).toEqual({ guestId, linkVersion: 1 })
    expect(rotated.sign('rsvp', guestId, 1)).not.toBe(token)
    expect(rotatedAgain.verify('rsvp', token)).toBeUndefined()
  })

  test('is not made for what is no guest or no version', () => {
    expect(() => signer.sign('rsvp', 'nobody', 1)).toThrow(TypeError)
    expect(() => signer.sign('rsvp', guestId, -1)).toThrow(RangeError)
    expect(() => signer.sign('rsvp', guestId, 2 ** 31)).toThrow(RangeError)
  })
})
