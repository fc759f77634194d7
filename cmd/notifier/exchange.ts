import type { BatchedRow, Mark } from '../../api/storage/wire.ts'
import { answerAll, createAsking } from './asking.ts'
import { createGathering } from './gathering.ts'
import type { Notifier } from './notifier.ts'

/**
 * Mails per line that may be marked as wired and not yet recorded: one on the wire, and the one that follows it. A line next door may
 * have a run of more while others have none; all lines together never do. It bounds what a process that dies leaves in doubt. A call with
 * many mails counts as one.
 */
export const inDoubtPerLine = 2

/** One statement carries at most this many outcomes; larger ones gain nothing and lose more to one failure. */
const entriesMax = 500

/** An outcome that is not on disk yet exists nowhere else, so writing it is tried again for as long as the process lives. */
const retryWriteAfterMs = 500

/** How much of the time that a page takes is the last page's: a database that has become slow is known for it in ten pages. */
const newShare = 0.2

/** What became of a row, or that nothing did. */
export type Entered = {
  /** This process had the row marked, and what is in doubt about it ends here. */
  wired?: boolean
  /** Called when it is on disk. */
  written?: () => void
}

/** What goes to the database at once: outcomes in, and rows that are to be marked as wired, with a token of `account` if it has a limit. */
export type Page<Entry> = { entries: readonly Entry[]; rows: readonly BatchedRow[]; account?: string }

/**
 * Where outcomes go in and wire marks come out, a page at a time. It sets its own pace: one page is on its way, and whatever arrives
 * meanwhile goes on the next. Where all were accepted, one commit ends the doubt about some mails and begins it for as many others; else the
 * outcomes come first. So the count of those in doubt never passes its limit. Not counted are marks whose commit was not answered, and calls
 * that are to be repeated.
 */
export function createExchange<Entry extends Entered>(
  { transport, clock, log }: Pick<Notifier, 'transport' | 'clock' | 'log'>,
  write: (page: Page<Entry>) => Promise<readonly Mark[]>,
) {
  const inDoubtMax = inDoubtPerLine * transport.linesMax * transport.batchMax
  const asking = createAsking()
  const fitting = (doubts: number) => asking.fitting(inDoubtMax - doubts)
  const gathering = createGathering(clock, transport.linesMax, fittingNow)
  let entries: Entry[] = []
  let inDoubt = 0
  let pageMs = 0
  let running: Promise<void> | undefined

  async function run() {
    // Whoever is ready at this moment joins the first page.
    await Promise.resolve()
    let tellOfLast = () => {}
    while (entries.length > 0 || fitting(inDoubt) > 0) {
      if (!gathering.isEnough()) {
        tellOfLast()
        tellOfLast = () => {}
        await gathering.gather()
      }
      const turning = turn()
      // Those whose marks the last page made have mails to write, for as long as a page takes: this page leaves first.
      await clock.nextRound()
      tellOfLast()
      tellOfLast = await turning
    }
    tellOfLast()
    running = undefined
  }

  /** What a page could hold now. Those who ask in vain until others have their outcome do not make it worthwhile. */
  function fittingNow() {
    const leaving = entries.reduce((sum, { wired }) => sum + (wired ? 1 : 0), 0)
    return entries.length + fitting(inDoubt - leaving)
  }

  /** Takes the next page to the database and back. @returns what tells those who asked of their marks. */
  async function turn(): Promise<() => void> {
    const page = entries.slice(0, entriesMax)
    entries = entries.slice(entriesMax)
    const leaving = page.filter(({ wired }) => wired).length
    const marking = asking.take(fitting(inDoubt - leaving))
    const beganAt = clock.now()
    let tell = () => {}
    try {
      const marks = await write({
        entries: page,
        rows: marking.flatMap(({ rows }) => rows),
        account: marking.find(({ account }) => account !== undefined)?.account,
      })
      inDoubt += marks.filter(({ verdict }) => verdict === 'wired').length
      tell = () => answerAll(marking, marks)
    } catch (error) {
      for (const { reject } of marking) reject(error)
      if (page.length > 0) await writeForSure(page, error)
    }
    pageMs += (clock.now() - beganAt - pageMs) * newShare
    inDoubt -= leaving
    for (const { written } of page) written?.()
    return tell
  }

  async function writeForSure(page: readonly Entry[], firstError: unknown) {
    for (let error: unknown = firstError; error !== undefined;) {
      log.error({ err: error, outcomes: page.length }, 'outcomes could not be written; trying again')
      await clock.sleep(retryWriteAfterMs)
      error = await write({ entries: page, rows: [] }).then(
        () => undefined,
        (again: unknown) => again ?? new Error('unknown'),
      )
    }
  }

  function start() {
    running ??= run()
    gathering.joined()
  }

  return {
    /** Written in its own time, and for sure. */
    enter(entry: Entry) {
      entries.push(entry)
      start()
    },
    /** Has the rows of one call marked as wired. Rejects when it is not known whether they were; they may be asked for again. */
    mark(rows: readonly BatchedRow[], account?: string): Promise<Mark[]> {
      const marks = asking.ask(rows, account)
      start()
      return marks
    },
    /** What a page takes lately, its commit included. */
    pageMs: () => pageMs,
    /** Resolves when nothing is on its way, and nothing more could be. */
    async idle() {
      while (running) await running
    },
  }
}
