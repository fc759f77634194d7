import { drawForReplay } from '../../api/storage/rate-buckets.ts'
import type { BatchedRow } from '../../api/storage/wire.ts'
import type { Account } from './account.ts'
import type { Answers } from './answers.ts'
import { digestOfCall, rowsToMark, writeCall, type Call } from './call.ts'
import type { Hand, Job } from './hand.ts'
import type { Ledger } from './ledger.ts'
import type { Notifier } from './notifier.ts'
import type { Pace } from './pace.ts'

/** A call whose mails are written and whose rows are marked as wired: it leaves now, or is given back. */
export type Ready = { job: Job; call: Call }

/** A wire mark that failed, or whose unsendable rows could not be settled, is tried again after this long; those are provably unsent. */
const markAgainAfterMs = 1000

/** What decides whether something may begin: this process, and the provider account. */
type Permission = { mayStart: () => boolean; pace: Pace; account: Account }

/**
 * Makes a job ready: writes its mails, has its rows marked, and leaves in the call only those that may go.
 * `mayStart` says whether this process may still begin something.
 */
export function createPreparation(
  notifier: Notifier,
  hand: Hand,
  ledger: Ledger,
  answers: Answers,
  permission: Permission,
) {
  const { db, transport, log, clock } = notifier
  const { mayStart, pace, account } = permission

  const mark = (rows: BatchedRow[]) => ledger.mark(rows, account.known().limited ? account.key.account : undefined)

  /** The provider takes no call yet: the job goes back to where it was, and nobody here asks before its time. */
  function wait(job: Job, ms: number) {
    pace.waits(ms)
    if (account.isClosed()) for (const _ of job.rows) answers.enter(job)
    else hand.put(job, true)
    return nothing
  }

  // A hundred mails that wait for a token are written once, however often they have to ask for it.
  const written = new WeakMap<Job, { call: Call; rows: BatchedRow[] }>()

  function writtenCall(job: Job) {
    const before = written.get(job)
    if (before) return before
    const call = writeCall(job, transport.batchMax)
    for (const { row, outcome } of call.unwritable) answers.enter(job, row, outcome)
    // From here on the job is what can still be sent: a mark that fails puts back no row that has its outcome.
    job.rows = call.written.map(({ row }) => row)
    return { call: { ...call, unwritable: [] }, rows: rowsToMark(job, call) }
  }

  async function markedCall(job: Job): Promise<Call> {
    const { call, rows } = writtenCall(job)

    // Without trust in the lease nothing new starts: the rows stay as they are for whoever holds the unit next.
    const marks = mayStart() && rows.length > 0 ? await mark(rows) : []
    const wired = call.written.filter((_, index) => marks[index]?.verdict === 'wired')
    const waiting = call.written.filter((_, index) => marks[index]?.verdict === 'wait')
    if (marks.some(({ verdict }) => verdict === 'unsettled'))
      job.unit.replayInMs = Math.max(job.unit.replayInMs, markAgainAfterMs)
    for (let kept = wired.length + waiting.length; kept < call.written.length; kept++) answers.enter(job)
    if (waiting.length > 0) {
      job.rows = waiting.map(({ row }) => row)
      if (waiting.length === call.written.length) written.set(job, { call, rows })
      else written.delete(job)
      wait(job, Math.max(...marks.map((each) => each.waitMs ?? 0)))
    }
    return { ...call, written: wired }
  }

  /** A call whose answer was lost is repeated to the byte, or not at all. Its rows are marked, so it draws its token by itself. */
  async function sameCall(job: Job): Promise<Call> {
    const waitMs = account.known().limited ? await drawForReplay(db, account.key.account, job.unit.priority) : 0
    if (waitMs > 0) return wait(job, waitMs)
    const call = writeCall(job, transport.batchMax)
    if (digestOfCall(call).equals(job.replay!.requestHash)) return call
    log.error({ messageId: job.message.id, lo: job.replay!.lo }, 'a replay would not be the same call; it is not sent')
    const outcome = {
      state: 'unknown',
      reason: 'The answer was lost, and the same call cannot be made again.',
    } as const
    for (const row of job.rows) answers.enterWired(job, row, outcome, call.batch)
    return { ...call, written: [] }
  }

  return async (job: Job): Promise<Ready> => {
    if (job.unit.lost) return { job, call: nothing }
    try {
      // Mails that could not leave yet would have to be written again.
      if (!pace.takesTurn()) return { job, call: wait(job, 0) }
      return { job, call: await (job.replay ? sameCall(job) : markedCall(job)) }
    } catch (error) {
      log.error({ err: error, messageId: job.message.id }, 'rows could not be marked; they wait')
      await clock.sleep(markAgainAfterMs)
      hand.put(job)
      return { job, call: nothing }
    }
  }
}

export type Prepare = ReturnType<typeof createPreparation>

const nothing: Call = { written: [], unwritable: [] }
