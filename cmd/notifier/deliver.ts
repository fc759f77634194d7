import { setTimeout as sleep } from 'node:timers/promises'
import { misconfiguredRetryMs, outcomeOf, retryDelayMs, type Outcome } from '../../api/domain/retry.ts'
import type { SendResult } from '../../api/domain/send-result.ts'
import type { Line, NoLine } from '../../api/providers/provider.ts'
import type { SkipReason } from '../../api/domain/delivery.ts'
import type { ClosedBatch } from '../../api/storage/record.ts'
import { digestOfCall, rowsToMark, writeCall, type Written } from './call.ts'
import type { Hand, Job } from './hand.ts'
import { expiresInMs } from './in-flight.ts'
import type { Ledger } from './ledger.ts'
import type { Lease } from './lease.ts'
import { createMarker } from './marker.ts'
import type { Notifier } from './notifier.ts'

/** How long SIGTERM waits for answers to calls whose last byte has left; compose gives the process 40 s. */
export const answersWithinMs = 25_000

/** A wire mark that failed is tried again after this long; its rows are provably unsent meanwhile. */
const markAgainAfterMs = 1000

/** An ambiguous call is replayed after its age, so that the waits double, but never later than this. */
const replayDelayMaxMs = 30 * 60_000

/**
 * The senders: one loop per line of the transport. Each takes a job, waits for a line, marks the rows as wired while it has the line in
 * hand, hands the mails over, and enters what became of them.
 */
export function startSenders(notifier: Notifier, hand: Hand, ledger: Ledger, lease: Lease) {
  const { transport, log, random } = notifier
  const mark = createMarker(notifier)
  const busy = new Set<Line>()
  const entries = new Set<Promise<void>>()
  let stopping = false
  let pausedUntil = 0
  let refusals = 0

  async function sender() {
    while (!stopping) {
      const job = hand.take()
      if (!job) await hand.changed()
      else if (!job.unit.lost) await work(job)
    }
  }

  async function work(job: Job) {
    await transportIsReady()
    if (stopping) return
    const line = await transport.line()
    if (line.kind === 'noLine') {
      hand.put(job, true)
      pauseTransport(waitOf(line.result), line.result.reason)
      return
    }
    busy.add(line)
    try {
      if (job.replay) await replay(line, job)
      else await firstCall(line, job)
    } catch (error) {
      log.error({ err: error, messageId: job.message.id }, 'a call could not be made; its rows are given back')
      await sleep(markAgainAfterMs)
      hand.put(job)
    } finally {
      busy.delete(line)
      line.release()
    }
  }

  async function firstCall(line: Line, job: Job) {
    const call = writeCall(job, transport.batchMax)
    for (const { row, outcome } of call.unwritable) enter(job, row, outcome)
    // From here on the job is what can still be sent: a mark that fails puts back no row that has its outcome.
    job.rows = call.written.map(({ row }) => row)
    if (call.written.length === 0) return
    if (stopping || !lease.isTrusted()) return void giveUp(job, call.written)

    const marks = await mark(rowsToMark(job, call))
    const wired = call.written.filter((_, index) => marks[index]!.verdict === 'wired')
    call.written.forEach(({ row }, index) => {
      if (marks[index]!.verdict !== 'wired') leave(job, row, marks[index]!.verdict as SkipReason | 'held')
    })
    if (wired.length > 0) await handOver(line, job, wired, call.batchKey)
  }

  async function replay(line: Line, job: Job) {
    const call = writeCall(job, transport.batchMax)
    if (!digestOfCall(call.written).equals(job.replay!.requestHash)) {
      log.error(
        { messageId: job.message.id, lo: job.replay!.lo },
        'a replay would not be the same call; it is not sent',
      )
      const outcome = {
        state: 'unknown',
        reason: 'The answer was lost, and the same call cannot be made again.',
      } as const
      for (const row of job.rows) enter(job, row, outcome)
      return
    }
    await handOver(line, job, call.written, call.batchKey)
  }

  async function handOver(line: Line, job: Job, written: Written[], batchKey?: string) {
    const results = await line.send(
      written.map(({ mail }) => mail),
      batchKey,
    )
    noticeRefusals(results)
    if (batchKey && results.every((result) => result.kind === 'unknown' && !result.conflict)) {
      // The batch stays open and its rows wired: only the same call, repeated whole, can tell.
      job.unit.replayInMs = Math.min(replayDelayMaxMs, Math.max(1000, job.unit.replayInMs * 2))
      for (const { row } of written) enter(job, row)
      return
    }
    const closed = batchKey
      ? { messageId: job.message.id, lo: written[0]!.row.seq, generation: written[0]!.row.generation }
      : undefined
    written.forEach(({ row }, index) => {
      const result = results[index]!
      if (result.kind === 'split') sendAlone(job, row, result.reason, closed)
      else enter(job, row, toOutcome(job, row.attempt, result), closed)
    })
  }

  /** A batch was refused for the sake of some of its mails: each goes again in a call of its own, and the bad one fails alone. */
  function sendAlone(job: Job, row: Written['row'], reason: string, closed?: ClosedBatch) {
    const { unit, message } = job
    // The row is entered twice, once now and once with its own call, so the unit has one more to wait for.
    unit.left += 1
    const outcome = { state: 'queued', reason, dueInMs: 0, attemptBurnt: false } as const
    void track(ledger.enter(unit, row, outcome, closed)).then(() => hand.put({ unit, message, rows: [row] }))
  }

  function toOutcome(job: Job, attemptsBefore: number, result: Exclude<SendResult, { kind: 'split' }>): Outcome {
    return outcomeOf(result, {
      attempt: attemptsBefore + 1,
      expiresInMs: expiresInMs(job.message),
      policy: job.message.onAmbiguous,
      deduplicates: transport.deduplicates,
      random: random(),
    })
  }

  /** The outcome is written in the background: the line is free for the next mail meanwhile. */
  function enter(job: Job, row?: Written['row'], outcome?: Outcome, closed?: ClosedBatch) {
    void track(ledger.enter(job.unit, row, outcome, closed))
  }

  function track(writing: Promise<void>) {
    entries.add(writing)
    return writing.finally(() => entries.delete(writing))
  }

  function leave(job: Job, row: Written['row'], verdict: SkipReason | 'held') {
    log.debug({ messageId: job.message.id, seq: row.seq, verdict }, 'not sent')
    enter(job)
  }

  /** Without trust in the lease nothing new starts: the rows stay as they are for whoever holds the unit next. */
  function giveUp(job: Job, written: Written[]) {
    for (const { row } of written) leave(job, row, 'held')
  }

  function noticeRefusals(results: SendResult[]) {
    const refusal = results.find(asksToSlowDown)
    if (refusal) pauseTransport(waitOf(refusal), refusal.reason)
    else refusals = 0
  }

  function pauseTransport(afterMs: number, reason: string) {
    refusals += 1
    const waitMs = retryDelayMs(afterMs, refusals, random())
    pausedUntil = Math.max(pausedUntil, performance.now() + waitMs)
    log.warn({ reason, waitMs: Math.round(waitMs) }, 'the provider takes no mail at the moment')
  }

  async function transportIsReady() {
    while (!stopping && performance.now() < pausedUntil) await sleep(Math.min(250, pausedUntil - performance.now()))
  }

  const senders = Array.from({ length: transport.linesMax }, () => sender())

  return {
    /** Breaks off what has not left, waits for the answers to what has, and writes them down. */
    async stop() {
      stopping = true
      hand.clear()
      hand.wakeAll()
      for (const line of busy) line.breakOff()
      const done = Promise.all(senders).then(() => Promise.all(entries))
      await Promise.race([done, sleep(answersWithinMs, undefined, { ref: false })])
      await ledger.idle()
    },
  }
}

type SlowDown = Extract<SendResult, { kind: 'misconfigured' | 'throttled' | 'overQuota' }>

function asksToSlowDown(result: SendResult): result is SlowDown {
  return result.kind === 'misconfigured' || result.kind === 'throttled' || result.kind === 'overQuota'
}

function waitOf(result: NoLine['result']) {
  return 'afterMs' in result ? result.afterMs : misconfiguredRetryMs
}
