/**
 * One stream of chance per purpose ("the database's faults", "what the host does"), all of them from one seed. Because a stream is never
 * shared, one more question asked of the provider does not change what the host does.
 */
export type Random = {
  /** In [0, 1). */
  next(): number
  between(min: number, max: number): number
  /** Whole numbers, both ends included. */
  whole(min: number, max: number): number
  chance(share: number): boolean
  pick<T>(list: readonly T[]): T
  /** Picks by weight; at least one weight is above zero. */
  weighed<T>(list: readonly T[], weightOf: (item: T) => number): T
}

export function randomOf(seed: number, purpose: string): Random {
  const next = sfc32(digestsOf(`${seed}/${purpose}`))
  const between = (min: number, max: number) => min + next() * (max - min)
  return {
    next,
    between,
    whole: (min, max) => Math.floor(between(min, max + 1)),
    chance: (share) => next() < share,
    pick: (list) => list[Math.floor(next() * list.length)]!,
    weighed(list, weightOf) {
      let left = next() * list.reduce((sum, item) => sum + weightOf(item), 0)
      return list.find((item) => (left -= weightOf(item)) < 0) ?? list.at(-1)!
    },
  }
}

type Digests = readonly [number, number, number, number]

/** Four numbers from a text (FNV-1a with different starts). */
function digestsOf(text: string): Digests {
  const digest = (start: number) => {
    let hash = start
    for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193)
    return hash >>> 0
  }
  return [digest(0x811c9dc5), digest(0x1234567), digest(0x89abcdef), digest(0xdeadbeef)]
}

/** "Small fast counting" of Chris Doty-Humphrey's PractRand: short, and good enough for any dice. */
function sfc32(start: Digests): () => number {
  let [a, b, c, counter] = start
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  // The first draws still look like the text.
  for (let draw = 0; draw < 12; draw++) next()
  return next
}
