import { type Transaction } from 'kysely'
import { factsDiffer, withReport } from '../domain/facts.ts'
import type { FeedbackKind } from '../domain/feedback.ts'
import { judgeFeedback, type Verdict } from '../domain/judge-feedback.ts'
import { announceChanges } from './changes.ts'
import { withBursts } from './click-bursts.ts'
import type { Db } from './database.ts'
import { applyEvidence } from './evidence.ts'
import {
  countFacts,
  endReports,
  keyOf,
  lockReportedRows,
  takeReports,
  writeFacts,
  type Chosen,
  type FactRow,
  type TakenReport,
} from './feedback-rows.ts'
import type { DB } from './schema.gen.ts'
import { suppressReported } from './suppressions.ts'
import { transact } from './transact.ts'

/** Enough that a transaction is worth its commit, and few enough that it is over in a fifth of a second. */
export const reportsAtOnceMax = 1000

/** `moved`: by kind, those that told something new; `noop`: those that did not. `taken`: all that were looked at. */
export type AppliedFeedback = {
  taken: number
  moved: Partial<Record<FeedbackKind, number>>
  noop: number
  unprocessable: number
  unhandled: number
  waiting: number
  /** See `applyEvidence`. */
  surprises: number
}

/**
 * Applies reports of the inbox to their rows, in one transaction: facts that are set once, counters that move only when a fact is new, and
 * addresses that must not be tried again. Run again it changes nothing. Any number of notifiers may do it at once.
 */
export function applyFeedback(
  db: Db,
  { shard, max = reportsAtOnceMax, only }: { shard: number; max?: number; only?: Chosen },
): Promise<AppliedFeedback> {
  const work = async (tx: Transaction<DB>) =>
    applyAll(tx, await withBursts(tx, await takeReports(tx, max, only)), shard)
  return db.isTransaction ? work(db as Transaction<DB>) : transact(db, work)
}

async function applyAll(tx: Db, reports: readonly TakenReport[], shard: number): Promise<AppliedFeedback> {
  const result: AppliedFeedback = {
    ...{ taken: reports.length, moved: {}, noop: 0, unprocessable: 0, unhandled: 0, waiting: 0, surprises: 0 },
  }
  if (reports.length === 0) return result
  const before = await lockReportedRows(tx, reports)
  const after = new Map(before)
  const judged = reports.map((report) => ({ report, verdict: verdictOf(report, before.get(keyOf(report))) }))

  const evidence = judged.filter(({ verdict }) => verdict === 'evidence').map(({ report }) => report)
  if (evidence.length > 0) result.surprises = (await applyEvidence(tx, evidence, shard)).surprises

  const news: TakenReport[] = []
  const ended = judged.map(({ report, verdict }) => {
    if (verdict === 'wait') {
      result.waiting += 1
      return { report, outcome: null }
    }
    if (verdict === 'unprocessable' || verdict === 'unhandled') {
      result[verdict] += 1
      return { report, outcome: verdict }
    }
    const row = after.get(keyOf(report))!
    const next = { ...row, ...withReport(row, report, row.wiredAt) }
    after.set(keyOf(report), next)
    if (verdict === 'fact' && !factsDiffer(row, next)) {
      result.noop += 1
      return { report, outcome: 'noop' as const }
    }
    news.push(report)
    result.moved[report.kind] = (result.moved[report.kind] ?? 0) + 1
    return { report, outcome: 'applied' as const }
  })

  const changed = [...after.values()].filter((row) => row !== before.get(keyOf(row)))
  const pairs = changed.map((row) => ({ before: before.get(keyOf(row))!, after: row }))
  await writeFacts(tx, changed)
  await countFacts(tx, pairs, shard)
  await suppressReported(tx, news)
  await endReports(tx, ended)
  await announceChanges(tx, { messages: [...new Set(news.map(({ messageId }) => messageId))] })
  return result
}

/** A day is enough for an answer; what still waits for one then is about a mail that was never sent. */
function verdictOf(report: TakenReport, row: FactRow | undefined): Verdict {
  const verdict = judgeFeedback(report, row)
  return verdict === 'wait' && report.isOld ? 'unprocessable' : verdict
}
