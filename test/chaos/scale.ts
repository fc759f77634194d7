import { randomInt } from 'node:crypto'
import { onTestFailed } from 'vitest'

/** `make chaos` runs the long version; `npm test` a bounded one that fits between two sips of coffee. */
export const isLong = process.env.CHAOS === 'long'

/** The figure for `npm test`, and the one for `make chaos`. */
export const scaled = (bounded: number, long: number) => (isLong ? long : bounded)

export type Dice = { seed: number; random: () => number }

/**
 * Dice whose seed is printed with every failure: `CHAOS_SEED=123 make chaos` throws them again. Real processes don't repeat
 * themselves exactly, but who is killed and after how many mails does.
 */
export function throwDice(): Dice {
  const seed = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 31))
  onTestFailed(() => console.error(`The dice were thrown with CHAOS_SEED=${seed}`))
  let state = seed
  // mulberry32, by Tommy Ettinger, in the public domain: small, and good enough to choose victims.
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return { seed, random }
}
