/** Why nothing leaves through a provider account for a while; hosts and operators read the words. */
export const blockWords = {
  away: 'The mail provider cannot be reached.',
  throttled: 'The mail provider asked us to send more slowly.',
  overQuota: "The mail provider's quota is used up.",
  misconfigured: 'The mail provider refuses the account or the sender address.',
} as const
export type BlockKind = keyof typeof blockWords

/** A row of a later version may hold a kind that this one does not know. */
export function blockInWords(kind: string): string {
  return isBlockKind(kind) ? blockWords[kind] : 'The mail provider takes no mail at the moment.'
}

export function isBlockKind(kind: string): kind is BlockKind {
  return Object.hasOwn(blockWords, kind)
}

/**
 * Failures of the transport in a row, with no sign of life in between, after which nobody tries any more. One or two are a lost
 * connection; ten lines that find the door shut reach three in the first moment.
 */
export const failuresBeforeBlock = 3

/**
 * No block is longer for a provider that is away or misconfigured: the call that ends it is one connection every few minutes, and a
 * provider that is back must not stay unused for half an hour.
 */
const blockMaxMs = 5 * 60_000

/**
 * How long an account is left alone: what was asked at first, then doubling with jitter up to five minutes. Whoever asks for more than
 * that (a quota, a Retry-After) gets it. `failures` counts the blocks in a row, this one included; `random` is in [0, 1).
 */
export function blockForMs(askedMs: number, failures: number, random: number): number {
  const bound = Math.min(blockMaxMs, askedMs * 2 ** Math.max(0, failures - 1))
  return Math.round(Math.max(askedMs, bound * (0.5 + random / 2)))
}
