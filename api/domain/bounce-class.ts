import type { BounceClass } from './feedback.ts'

/** By enhanced status code (RFC 3463). The first that fits decides. */
const rules: readonly (readonly [status: RegExp, BounceClass])[] = [
  // A policy that refused the sender says nothing of the guest, whose address must not be given up for it.
  [/^5\.7\./, 'undetermined'],
  // Full today; nobody has moved away.
  [/^5\.2\.2$/, 'transient'],
  [/^5\./, 'permanent'],
  [/^4\./, 'transient'],
]

/** What a server's status says of the address: only a permanent bounce gives it up. */
export function bounceClassOf(status: string | undefined): BounceClass {
  return rules.find(([pattern]) => pattern.test(status ?? ''))?.[1] ?? 'undetermined'
}

/** A provider's own word for a bounce, unless the status that it passes on says that a policy was the reason. */
export function bounceClassFor(word: unknown, status?: string): BounceClass {
  const own = (typeof word === 'string' && words.get(word.toLowerCase())) || 'undetermined'
  return own === 'permanent' && status !== undefined && status.startsWith('5.7.') ? 'undetermined' : own
}

const words: ReadonlyMap<string, BounceClass> = new Map([
  ['permanent', 'permanent'],
  ['hard', 'permanent'],
  ['transient', 'transient'],
  ['temporary', 'transient'],
  ['soft', 'transient'],
])
