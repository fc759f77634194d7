import type { BatchedRow, Mark } from '../../api/storage/wire.ts'

/** Somebody who waits to hear which of these rows, of one call, are marked as wired. */
export type Asking = {
  rows: readonly BatchedRow[]
  account?: string
  resolve: (marks: Mark[]) => void
  reject: (error: unknown) => void
}

/** Those who ask for wire marks, in the order in which they came. */
export function createAsking() {
  let asking: Asking[] = []

  return {
    ask: (rows: readonly BatchedRow[], account?: string) =>
      new Promise<Mark[]>((resolve, reject) => void asking.push({ rows, account, resolve, reject })),

    /** How many of them have no more than so many rows together. */
    fitting(rowsMax: number): number {
      let count = 0
      let sum = 0
      for (const { rows } of asking) {
        sum += rows.length
        if (sum > rowsMax) break
        count += 1
      }
      return count
    },

    /**
     * Takes the first of them for one page. A row that was asked for under a claim which is lost by now, and again under a new one, is not
     * twice on a page: one mark would answer both, and two would send the mail.
     */
    take(count: number): Asking[] {
      const names = new Set<string>()
      const taken = new Set<Asking>()
      for (const each of asking.slice(0, count)) {
        const own = each.rows.map(nameOf)
        if (own.some((name) => names.has(name))) continue
        for (const name of own) names.add(name)
        taken.add(each)
      }
      asking = asking.filter((each) => !taken.has(each))
      return [...taken]
    },
  }
}

/** Tells each of them of their own rows. */
export function answerAll(marking: readonly Asking[], marks: readonly Mark[]): void {
  const byRow = new Map(marks.map((mark) => [nameOf(mark), mark]))
  for (const { rows, resolve } of marking) resolve(rows.map((row) => byRow.get(nameOf(row)) ?? heldBack(row)))
}

const nameOf = ({ messageId, seq }: Pick<Mark, 'messageId' | 'seq'>) => `${messageId}/${seq}`

/** Nothing is said of a row that was cancelled while its mark waited. */
const heldBack = ({ messageId, seq }: BatchedRow): Mark => ({ messageId, seq, verdict: 'held' })
