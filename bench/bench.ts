import type { Settings } from './settings.ts'

/** One number that matters, and what it ought to be. */
export type Figure = {
  what: string
  value: number
  unit: string
  target?: { atLeast: number } | { atMost: number }
  /** The same figure in each round, where it was taken more than once. */
  rounds?: number[]
}

export type Table = { title: string; columns: string[]; rows: (string | number)[][] }

export type Report = {
  figures: Figure[]
  tables: Table[]
  /** What a reader must know to read the figures rightly. */
  notes?: string[]
  /** Query plans, word for word. */
  plans?: { title: string; lines: string[] }[]
}

/** A benchmark is one file in `benches/` that knows all about itself, and one line in the list of `benches.ts`. */
export type Bench = {
  name: string
  about: string
  /** After this it is ended: it hangs, or the machine is far too slow for it. */
  minutesMax: number
  run(settings: Settings): Promise<Report>
}

export function isReached({ value, target }: Figure): boolean | undefined {
  if (!target) return undefined
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost
}
