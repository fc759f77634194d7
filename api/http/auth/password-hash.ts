import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * OWASP's second Argon2id setting (19 MiB, two passes, one lane): about 30 ms of a worker thread on a small server.
 * The numbers are written into each hash, so raising them later leaves the old hashes valid.
 */
const cost = { memory: 19_456, passes: 2, parallelism: 1 }
const saltBytes = 16
const tagBytes = 32

/** What we accept from a stored hash: a damaged row must not make the server reserve gigabytes. */
const memoryMax = 262_144
const passesMax = 10

const hash = promisify(argon2)

/** @returns the PHC string, `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(saltBytes)
  const tag = await hash('argon2id', { message: bytesOf(password), nonce, tagLength: tagBytes, ...cost })
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(nonce)}$${unpadded(tag)}`
}

export async function verifyPassword({ hash: stored, password }: { hash: string; password: string }): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/-]+)\$([\w+/-]+)$/.exec(stored)
  if (!match) return false
  const [memory, passes, parallelism] = match.slice(1, 4).map(Number) as [number, number, number]
  if (memory > memoryMax || passes > passesMax) return false
  const nonce = Buffer.from(match[4]!, 'base64')
  const expected = Buffer.from(match[5]!, 'base64')
  const parameters = { message: bytesOf(password), nonce, tagLength: expected.length, memory, passes, parallelism }
  const tag = await hash('argon2id', parameters)
  return timingSafeEqual(tag, expected)
}

/** The same characters may be composed differently on two keyboards; nothing else about a password is touched. */
function bytesOf(password: string): Buffer {
  return Buffer.from(password.normalize('NFC'), 'utf8')
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
