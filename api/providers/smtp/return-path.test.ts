import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEmailAddress } from '../../domain/email-address.ts'
import { readReturnPaths, returnPaths } from './return-path.ts'

const where = { name: 'bounces', domain: 'mail.example.org' }
const paths = returnPaths(where, ['a secret of at least thirty-two characters'])
const messageId = '01985f3c-0000-7000-8000-00000000abcd'
const usual = paths.of(`${messageId}_1_1`)!

const keys = fc.record({
  messageId: fc.uuid(),
  seq: fc.integer({ min: 0, max: 999_999_999 }),
  generation: fc.integer({ min: 0, max: 9999 }),
})

test('a return path is an address that fits, and names its row', () => {
  fc.assert(
    fc.property(keys, (key) => {
      const path = paths.of(`${key.messageId}_${key.seq}_${key.generation}`)!

      expect(readEmailAddress(path)).toEqual({ ok: true, address: path })
      expect(path.indexOf('@')).toBeLessThanOrEqual(64)
      expect(path).toMatch(/^bounces\+[a-z2-7]+@mail\.example\.org$/)
      expect(paths.find(`for <${path}>;`)).toEqual(key)
    }),
  )
})

test('it is the same on every attempt, in every process with the same key', () => {
  const another = returnPaths(where, ['a secret of at least thirty-two characters'])

  expect(another.of(`${messageId}_1_1`)).toBe(usual)
})

test('a server may write it in capitals', () => {
  expect(paths.find(`Delivered-To: ${usual.toUpperCase()}`)).toMatchObject({ messageId, seq: 1 })
})

test('one character changed anywhere in the token, and it names nothing', () => {
  const at = usual.indexOf('+') + 1
  const end = usual.indexOf('@')
  for (let place = at; place < end; place++) {
    const other = usual[place] === 'a' ? 'b' : 'a'
    expect(paths.find(usual.slice(0, place) + other + usual.slice(place + 1))).toBeUndefined()
  }
  expect(paths.find(usual.replace('@', 'a@'))).toBeUndefined()
})

test('what another key has signed names nothing, and what the previous one has signed still does', () => {
  const strange = returnPaths(where, ['another secret of at least 32 characters'])
  const rotated = returnPaths(where, [
    'another secret of at least 32 characters',
    'a secret of at least thirty-two characters',
  ])

  expect(strange.find(usual)).toBeUndefined()
  expect(rotated.find(usual)).toMatchObject({ messageId })
  expect(rotated.of(`${messageId}_1_1`)).toBe(strange.of(`${messageId}_1_1`))
})

test.each([`not${usual}`, `${usual}.evil.example`, usual.replace('mail.', 'mail-'), usual.replace('bounces', 'other')])(
  '%s is another address',
  (text) => {
    expect(paths.find(text)).toBeUndefined()
  },
)

test('a mail that is no delivery has no such path', () => {
  expect(paths.of('password-reset')).toBeUndefined()
})

test('no text makes it throw, and a long one costs no time', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => void paths.find(Buffer.from(bytes).toString())))
  const before = performance.now()

  expect(paths.find('bounces+'.repeat(125_000))).toBeUndefined()

  expect(performance.now() - before).toBeLessThan(2_000)
})

describe('SMTP_BOUNCE_ADDRESS', () => {
  const SECRET_KEY = 'a secret of at least thirty-two characters'

  test('is not needed', () => {
    expect(readReturnPaths({ SECRET_KEY })).toBeUndefined()
  })

  test.each(['bounces', 'a-long-name@mail.example.org', 'a+b@mail.example.org', 'Bounces <b@example.org>'])(
    '%s is refused in a line that says what it should be',
    (SMTP_BOUNCE_ADDRESS) => {
      expect(() => readReturnPaths({ SMTP_BOUNCE_ADDRESS, SECRET_KEY })).toThrow(
        /^SMTP_BOUNCE_ADDRESS must be an address such as bounces@mail\.example\.org, with at most 10 characters/,
      )
    },
  )

  test('needs the key that signs', () => {
    expect(() => readReturnPaths({ SMTP_BOUNCE_ADDRESS: 'b@example.org' })).toThrow(/SECRET_KEY/)
  })
})
