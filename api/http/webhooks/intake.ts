import type { Feedback } from '../../domain/feedback.ts'
import type { Db } from '../../storage/database.ts'
import { announceFeedback, nameOfReport, storeFeedback } from '../../storage/inbox.ts'

/** A larger statement would make the others wait for it. */
const atOnceMax = 500
/** While one write is on its way to the disk, the next one is gathered; a second one hides the first one's wait. */
const writesMax = 2
/** A request that waits behind more than this would not be answered before its provider gives up, so it is told to come again. */
const waitingMax = 10_000
/** Resend and SNS wait fifteen seconds for an answer. */
const answerWithinMs = 10_000
/** Notifiers look every second by themselves; a hint for each report would only keep them from working. */
const announceEveryMs = 20

/** `full`: nothing was stored, and nothing is promised. `late`: the database has not said whether it kept them. */
export type Kept = { kind: 'kept'; stored: number; duplicates: number } | { kind: 'full' | 'late' }

type Waiting = { reports: readonly Feedback[]; resolve: (kept: Kept) => void; reject: (error: unknown) => void }

/**
 * Takes reports from many requests and writes them together, for a statement and a commit of its own would cost more than a report does.
 * Nobody is told that a report is kept before the commit that keeps it: its provider would not tell it again. (Visits, which nobody
 * waits for, are gathered in `tracking/visits.ts`.)
 */
export class FeedbackIntake {
  readonly #db: Db
  readonly #failed: (error: unknown) => void
  #waiting: Waiting[] = []
  #waitingReports = 0
  #writes = 0
  #announcing: NodeJS.Timeout | undefined
  #announceAgain = false

  /** `failed` hears what nobody waits for: a hint that could not be given. */
  constructor(db: Db, failed: (error: unknown) => void) {
    this.#db = db
    this.#failed = failed
  }

  /** @returns once they are committed, or it is too late to say so. Rejects when they are not. */
  keep(reports: readonly Feedback[]): Promise<Kept> {
    if (reports.length === 0) return Promise.resolve({ kind: 'kept', stored: 0, duplicates: 0 })
    if (this.#waitingReports + reports.length > waitingMax) return Promise.resolve({ kind: 'full' })
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => resolve({ kind: 'late' }), answerWithinMs)
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          clearTimeout(late)
          settle(value)
        }
      this.#waiting.push({ reports, resolve: settled(resolve), reject: settled(reject) })
      this.#waitingReports += reports.length
      // Whatever else came with the same turn of the loop goes along.
      setImmediate(() => void this.#write())
    })
  }

  async #write(): Promise<void> {
    if (this.#writes >= writesMax || this.#waiting.length === 0) return
    this.#writes += 1
    const batch = this.#takeBatch()
    try {
      const isNew = new Set(
        await storeFeedback(
          this.#db,
          batch.flatMap(({ reports }) => reports),
        ),
      )
      if (isNew.size > 0) this.#announce()
      for (const { reports, resolve } of batch) resolve(keptOf(reports, isNew))
    } catch (error) {
      await this.#writeEach(batch, error)
    } finally {
      this.#writes -= 1
      void this.#write()
    }
  }

  /** One report that the database does not take must not keep the others out. */
  async #writeEach(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (batch.length === 1 || !isAboutData(error)) {
      for (const { reject } of batch) reject(error)
      return
    }
    for (const { reports, resolve, reject } of batch) {
      try {
        const isNew = new Set(await storeFeedback(this.#db, reports))
        if (isNew.size > 0) this.#announce()
        resolve(keptOf(reports, isNew))
      } catch (own) {
        reject(own)
      }
    }
  }

  #takeBatch(): Waiting[] {
    let count = 0
    const end = this.#waiting.findIndex(({ reports }, at) => (count += reports.length) > atOnceMax && at > 0)
    const batch = end === -1 ? this.#waiting : this.#waiting.slice(0, end)
    this.#waiting = end === -1 ? [] : this.#waiting.slice(end)
    for (const { reports } of batch) this.#waitingReports -= reports.length
    return batch
  }

  /** The first at once, and then at most one in `announceEveryMs`. */
  #announce(): void {
    if (this.#announcing !== undefined) {
      this.#announceAgain = true
      return
    }
    announceFeedback(this.#db).catch(this.#failed)
    this.#announcing = setTimeout(() => {
      this.#announcing = undefined
      if (!this.#announceAgain) return
      this.#announceAgain = false
      this.#announce()
    }, announceEveryMs).unref()
  }
}

/** Each report is new once: whoever brings the same one in the same moment brings a duplicate. */
function keptOf(reports: readonly Feedback[], isNew: Set<string>): Kept {
  const stored = reports.filter((report) => isNew.delete(nameOfReport(report))).length
  return { kind: 'kept', stored, duplicates: reports.length - stored }
}

/** PostgreSQL's classes 22 and 23: a value that it does not take, and a rule that one breaks. */
function isAboutData(error: unknown): boolean {
  return /^2[23]/.test(String((error as { code?: unknown }).code))
}
