/** Enough for a 99th percentile, and for operators to see the last minutes and not the last week. */
const keptMax = 1000

export type Timings = { count: number; lastMs: number | null; p50Ms: number | null; p99Ms: number | null }

/** How long the last broadcasts took. `count` is of all since the start. */
export function createTimings() {
  const kept: number[] = []
  let count = 0
  return {
    add(ms: number) {
      kept[count % keptMax] = ms
      count += 1
    },
    read(): Timings {
      const sorted = kept.toSorted((a, b) => a - b)
      const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? null
      return { count, lastMs: kept[(count - 1) % keptMax] ?? null, p50Ms: at(0.5), p99Ms: at(0.99) }
    },
  }
}
