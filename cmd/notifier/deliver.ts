import { setTimeout as sleep } from 'node:timers/promises'
import type { Line } from '../../api/providers/provider.ts'
import { createAnswers } from './answers.ts'
import { digestOfCall, keyOf, rowsToMark, writeCall, type Call } from './call.ts'
import type { Hand, Job } from './hand.ts'
import type { Ledger } from './ledger.ts'
import type { Lease } from './lease.ts'
import { createMarker } from './marker.ts'
import type { Notifier } from './notifier.ts'
import { createPace } from './pace.ts'

/** How long SIGTERM waits for answers to calls whose last byte has left; compose gives the process 40 s. */
const answersWithinMs = 25_000

/** A wire mark that failed is tried again after this long; its rows are provably unsent meanwhile. */
const markAgainAfterMs = 1000

/**
 * The senders: one loop per line of the transport. Each takes a job, waits for a line, marks the rows as wired while it has the line in
 * hand, hands the mails over, and lets the answers be entered.
 */
export function startSenders(notifier: Notifier, hand: Hand, ledger: Ledger, lease: Lease) {
  const { transport, log } = notifier
  const mark = createMarker(notifier)
  const pace = createPace(notifier)
  const answers = createAnswers(notifier, hand, ledger)
  const busy = new Set<Line>()
  let stopping = false

  async function sender() {
    while (!stopping) {
      const job = hand.take()
      if (!job) await hand.changed()
      else if (!job.unit.lost) await work(job)
    }
  }

  async function work(job: Job) {
    await pace.ready(() => stopping)
    if (stopping) return
    const line = await transport.line()
    if (line.kind === 'noLine') {
      hand.put(job, true)
      return pace.pause(line.result)
    }
    busy.add(line)
    try {
      const call = job.replay ? sameCall(job) : await markedCall(job)
      if (call.written.length > 0) {
        const mails = call.written.map(({ mail }) => mail)
        const results = await line.send(mails, call.batch && keyOf(call.batch))
        pace.notice(results)
        answers.take(job, call, results)
      }
    } catch (error) {
      log.error({ err: error, messageId: job.message.id }, 'a call could not be made; its rows wait')
      await sleep(markAgainAfterMs)
      hand.put(job)
    } finally {
      busy.delete(line)
      line.release()
    }
  }

  /** Writes the mails of a first call and marks their rows; only those that may go are left in it. */
  async function markedCall(job: Job): Promise<Call> {
    const call = writeCall(job, transport.batchMax)
    for (const { row, outcome } of call.unwritable) void answers.enter(job, row, outcome)
    // From here on the job is what can still be sent: a mark that fails puts back no row that has its outcome.
    job.rows = call.written.map(({ row }) => row)

    // Without trust in the lease nothing new starts: the rows stay as they are for whoever holds the unit next.
    const mayStart = !stopping && lease.isTrusted() && call.written.length > 0
    const marks = mayStart ? await mark(rowsToMark(job, call)) : []
    const wired = call.written.filter((_, index) => marks[index]?.verdict === 'wired')
    for (let kept = wired.length; kept < call.written.length; kept++) void answers.enter(job)
    return { ...call, written: wired }
  }

  /** A call whose answer was lost is repeated to the byte, or not at all. */
  function sameCall(job: Job): Call {
    const call = writeCall(job, transport.batchMax)
    if (digestOfCall(call).equals(job.replay!.requestHash)) return call
    log.error({ messageId: job.message.id, lo: job.replay!.lo }, 'a replay would not be the same call; it is not sent')
    const outcome = {
      state: 'unknown',
      reason: 'The answer was lost, and the same call cannot be made again.',
    } as const
    for (const row of job.rows) void answers.enter(job, row, outcome, call.batch)
    return { ...call, written: [] }
  }

  const senders = Array.from({ length: transport.linesMax }, () => sender())

  return {
    /** Breaks off what has not left, waits for the answers to what has, and writes them down. */
    async stop() {
      stopping = true
      hand.clear()
      hand.wakeAll()
      for (const line of busy) line.breakOff()
      const done = Promise.all(senders).then(() => answers.written())
      await Promise.race([done, sleep(answersWithinMs, undefined, { ref: false })])
      await ledger.idle()
    },
  }
}
