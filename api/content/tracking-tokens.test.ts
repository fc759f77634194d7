import { createHmac, hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLinkSigner, linkPurposes } from './tokens.ts'
import { createTrackingSigner } from './tracking-tokens.ts'

const secretKey = 'a secret of at least thirty-two characters'
const tracking = createTrackingSigner({ secretKey })
const delivery = { messageId: '0198c5a2-7a10-7cc3-9b1f-00000000aaaa', seq: 7, generation: 1 }
const deliveries = fc.record({
  messageId: fc.uuid(),
  seq: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  generation: fc.integer({ min: 0, max: 2 ** 15 - 1 }),
})
const links = fc.integer({ min: 1, max: 2 ** 15 - 1 })
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

describe('an address that notes a visit', () => {
  test('brings back the mail and the link that it was made for', () => {
    fc.assert(
      fc.property(deliveries, links, (key, link) => {
        expect(tracking.verifyOpen(tracking.signOpen(key))).toEqual(key)
        expect(tracking.verifyClick(tracking.signClick(key, link))).toEqual({ ...key, link })
      }),
    )
  })

  test('is the same on every render, and differs for each mail, generation and link', () => {
    const token = tracking.signClick(delivery, 1)

    expect(createTrackingSigner({ secretKey }).signClick({ ...delivery }, 1)).toBe(token)
    expect(token).toMatch(/^[\w-]{54}$/)
    const others = [
      tracking.signClick(delivery, 2),
      tracking.signClick({ ...delivery, seq: 8 }, 1),
      tracking.signClick({ ...delivery, generation: 2 }, 1),
    ]
    expect(new Set([token, ...others]).size).toBe(4)
  })

  test('is HMAC-SHA256 under a key of its purpose', () => {
    const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'tidings/tracking/1/click', 32))
    const claim = Buffer.from(`${delivery.messageId.replaceAll('-', '')}0000000700010003`, 'hex')

    const tag = createHmac('sha256', key).update(claim).digest().subarray(0, 16)

    expect(tracking.signClick(delivery, 3)).toBe(Buffer.concat([claim, tag]).toString('base64url'))
  })

  test('is nothing after any one character of it is changed', () => {
    fc.assert(
      fc.property(deliveries, links, fc.nat(), fc.nat(63), (key, link, where, by) => {
        for (const [token, verify] of [
          [tracking.signClick(key, link), tracking.verifyClick],
          [tracking.signOpen(key), tracking.verifyOpen],
        ] as const) {
          const at = where % token.length
          const other = alphabet[by]!
          fc.pre(token[at] !== other)
          expect(verify(token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined()
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('of a picture is none of a link, and neither is one of a guest', () => {
    const guest = createLinkSigner({ secretKey })

    expect(tracking.verifyClick(tracking.signOpen(delivery))).toBeUndefined()
    expect(tracking.verifyOpen(tracking.signClick(delivery, 0))).toBeUndefined()
    for (const purpose of linkPurposes) {
      expect(guest.verify(purpose, tracking.signClick(delivery, 1))).toBeUndefined()
      expect(tracking.verifyClick(guest.sign(purpose, delivery.messageId, 1))).toBeUndefined()
      expect(tracking.verifyOpen(guest.sign(purpose, delivery.messageId, 1))).toBeUndefined()
    }
  })

  test.each([
    ['nothing', ''],
    ['a cut token', tracking.signClick(delivery, 1).slice(0, -1)],
    ['a longer token', `${tracking.signClick(delivery, 1)}A`],
    ['padding', `${tracking.signClick(delivery, 1)}==`],
    ['spaces around', ` ${tracking.signClick(delivery, 1)} `],
    ['an address', 'https://evil.example/'],
    ['NUL and friends', '\u0000\uD800'],
    ['ten megabytes', 'A'.repeat(10_000_000)],
  ])('is not %s', (_, token) => {
    expect(tracking.verifyClick(token)).toBeUndefined()
    expect(tracking.verifyOpen(token)).toBeUndefined()
  })

  test('outlives one change of the secret, and not two', () => {
    const rotated = createTrackingSigner({ secretKey: 'b'.repeat(32), previousSecretKey: secretKey })
    const rotatedAgain = createTrackingSigner({ secretKey: 'c'.repeat(32), previousSecretKey: 'b'.repeat(32) })

    expect(rotated.verifyClick(tracking.signClick(delivery, 1))).toEqual({ ...delivery, link: 1 })
    expect(rotatedAgain.verifyClick(tracking.signClick(delivery, 1))).toBeUndefined()
  })

  test('is not made for what is no delivery', () => {
    expect(() => tracking.signOpen({ ...delivery, messageId: 'nothing' })).toThrow(TypeError)
    expect(() => tracking.signOpen({ ...delivery, seq: -1 })).toThrow(RangeError)
    expect(() => tracking.signClick({ ...delivery, generation: 2 ** 15 }, 1)).toThrow(RangeError)
    expect(() => tracking.signClick(delivery, 1.5)).toThrow(RangeError)
  })
})
