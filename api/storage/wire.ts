import { sql } from 'kysely'
import type { SkipReason } from '../domain/delivery.ts'
import type { FrequencyCap } from '../domain/frequency-cap.ts'
import type { Db } from './database.ts'
import { inTurn, markName } from './frequency-cap.ts'
import { judged, marksOf, verdicts, wired, type SharedVerdict } from './judged-and-wired.ts'
import { settleUnsendable, type Unsendable } from './unsendable.ts'
import { markBatches, markWithinLimit } from './wire-batches.ts'

/** A row about to be handed over, under the claim that holds its unit. */
export type Row = { messageId: string; seq: number; unitId: number; epoch: number }

/** A row that leaves in one call with others: the first row of that call, and a digest of this row's mail. */
export type BatchedRow = Row & { batch?: { lo: number; generation: number; digest: Buffer } }

/**
 * 'wired': the bytes may leave. 'held': not now (paused, stopped, or the claim is lost); the row is as it was. 'wait': as 'held', because
 * the provider account had no token for its call; there may be one in `waitMs`. 'unsettled': it must not go, and that could not be written
 * down; it stays queued for the next claim to look at.
 */
export type Mark = {
  messageId: string
  seq: number
  verdict: 'wired' | 'held' | 'wait' | 'unsettled' | 'too_late' | 'given_up' | SkipReason
  waitMs?: number | null
}

export type Marking = {
  rows: readonly BatchedRow[]
  provider: string
  shard: number
  /** The provider account, if it has a limit: each call then draws a token of its bucket. */
  account?: string
  /** How often one address is mailed by one host at most. */
  cap?: FrequencyCap
  /** Hears why rows that must not go could not be settled. Without it, that is an error of the caller's. */
  notSettled?: (error: unknown) => void
}

/**
 * The wire mark: the last look before bytes leave. It marks the rows that may go, and settles those that must not any more (unsubscribed,
 * suppressed, mailed often enough, removed, no longer in the audience, too late, or given up while they were on the wire) with their
 * reason. Unmarked rows are provably unsent.
 * Rows that leave in one call are written down with the digest of that call, for a replay must be the same, byte for byte.
 *
 * It runs for every handful of mails, so it holds only what each of them needs; those that must not go have a statement of their own.
 */
export async function markWired(db: Db, marking: Marking): Promise<Mark[]> {
  const isBatched = marking.rows.some(({ batch }) => batch !== undefined)
  const mark = marking.account !== undefined ? markWithinLimit : isBatched ? markBatches : markRows
  return settleThoseLeftOut(db, marking, await inTurn(db, marking, (tx) => mark(tx, marking)))
}

/** The marks are on disk by now, so whatever goes wrong here must not hide them: a mail that nobody knows to be marked is in doubt. */
export async function settleThoseLeftOut(db: Db, marking: Marking, marks: Mark[]): Promise<Mark[]> {
  const unsendable = marks.filter(isUnsendable)
  if (unsendable.length === 0) return marks
  try {
    await settleUnsendable(db, { ...marking, verdicts: unsendable })
    return marks
  } catch (error) {
    if (!marking.notSettled) throw error
    marking.notSettled(error)
    return marks.map((mark) => (isUnsendable(mark) ? { ...mark, verdict: 'unsettled' } : mark))
  }
}

const staysQueued: readonly Mark['verdict'][] = ['wired', 'held', 'wait', 'unsettled']

const isUnsendable = (mark: Mark): mark is Mark & Unsendable => !staysQueued.includes(mark.verdict)

async function markRows(db: Db, { rows, provider, cap }: Marking): Promise<Mark[]> {
  const { rows: shared } = await sql<SharedVerdict>`
    -- prepared: ${markName('mark_wired', cap)}
    with ${judged(rows, cap)}, ${wired(provider)}
    ${verdicts}`.execute(db)
  return marksOf(shared)
}
