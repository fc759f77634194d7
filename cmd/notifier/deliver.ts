import type { SendResult } from '../../api/domain/send-result.ts'
import type { Line } from '../../api/providers/provider.ts'
import type { Account } from './account.ts'
import { createAnswers } from './answers.ts'
import { keyOf } from './call.ts'
import type { Hand, Job } from './hand.ts'
import type { Ledger } from './ledger.ts'
import type { Lease } from './lease.ts'
import type { Notifier } from './notifier.ts'
import { createPace } from './pace.ts'
import { createPreparation, type Ready } from './prepare.ts'

/** How long SIGTERM waits for answers to calls whose last byte has left; compose gives the process 40 s. */
const answersWithinMs = 25_000

/**
 * Where answers come faster than this, the next mail is marked while the last one is on the wire: else each mail would wait for a
 * commit. Where they are slower the commit does not show, and a mark must not grow old: it is the last look before bytes leave.
 */
const markAheadBelowMs = 100

/**
 * The senders: one loop per line of the transport. Each takes a job and a line, has the rows marked as wired while it has the line in
 * hand, hands the mails over, and lets the answers be entered.
 */
export function startSenders(notifier: Notifier, hand: Hand, ledger: Ledger, lease: Lease, account: Account) {
  const { transport, log, clock, meter } = notifier
  const pace = createPace(notifier, account)
  const answers = createAnswers(notifier, hand, ledger)
  const busy = new Set<Line>()
  let stopping = false
  const mayStart = () => !stopping && lease.isTrusted()
  const prepare = createPreparation(notifier, hand, ledger, answers, { mayStart, pace, account })

  async function sender() {
    while (!stopping) {
      if (hand.rowsWaiting() === 0) await hand.changed()
      // A job is taken only when it may leave: meanwhile something more urgent may have come.
      const mayBegin = await pace.ready(() => stopping)
      const job = mayBegin ? hand.take() : undefined
      if (job) await work(job)
      else if (account.isClosed()) emptyHand()
      pace.unused()
    }
  }

  /** While nothing may leave, this process holds nothing: others may have an account that works, and a host may decide. */
  function emptyHand() {
    for (const job of hand.takeAll()) for (const _ of job.rows) answers.enter(job)
  }
  account.onClose(emptyHand)

  async function work(job: Job) {
    const line = await transport.line()
    if (line.kind === 'noLine') {
      hand.put(job, true)
      return pace.pause(line.result, () => stopping)
    }
    busy.add(line)
    try {
      await sendOn(line, job)
    } catch (error) {
      log.error({ err: error, messageId: job.message.id }, 'a call could not be made; its rows wait for the next claim')
    } finally {
      busy.delete(line)
      line.release()
    }
  }

  /** Sends on one line for as long as there is work and the line is good. */
  async function sendOn(line: Line, first: Job) {
    let ready: Ready | undefined = await prepare(first)
    while (ready) {
      if (!mayStart()) return giveBack(ready)
      const { job, call } = ready
      const startedAt = clock.now()
      const sending = call.written.length > 0 ? send(line, ready) : []
      const next = answersComeFast ? nextReady() : undefined
      const answered = await sending
      const tookMs = clock.now() - startedAt
      answersComeFast = tookMs < markAheadBelowMs
      if (answered.length > 0) meter?.answered(answered, tookMs)
      const results = pace.notice(answered)
      answers.take(job, call, results)
      const ahead: Ready | undefined = await next
      if (results.some(endsTheLine)) return ahead && giveBack(ahead)
      ready = (ahead && stillFresh(ahead, tookMs)) ?? (await nextReady())
    }
  }

  /** A mark that had to wait is made anew: it is the last look before bytes leave, and the host may have stopped the message since. */
  function stillFresh(ahead: Ready, waitedMs: number): Ready | undefined {
    if (waitedMs < markAheadBelowMs || ahead.job.replay) return ahead
    const rows = ahead.call.written.map(({ row }) => row)
    answers.askAnew(ahead.job, rows, 'Not sent yet.', ahead.call.batch)
    return undefined
  }

  // A new process does not know yet how fast its provider is.
  let answersComeFast = false

  function nextReady(): Promise<Ready> | undefined {
    const job = stopping || pace.isPaused() ? undefined : hand.take()
    return job && prepare(job)
  }

  function send(line: Line, { call }: Ready) {
    const mails = call.written.map(({ mail }) => mail)
    return line.send(mails, call.batch && keyOf(call.batch))
  }

  /** Marked but not sent, and so provably unsent: back to queued, and no attempt is burnt. A replay stays what it is. */
  function giveBack({ job, call }: Ready) {
    if (job.replay) {
      for (const _ of call.written) answers.enterWired(job)
      return
    }
    const outcome = { state: 'queued', reason: 'Not sent yet.', dueInMs: 0, attemptBurnt: false } as const
    for (const { row } of call.written) answers.enterWired(job, row, outcome, call.batch)
  }

  const senders = Array.from({ length: transport.linesMax }, () => sender())

  return {
    /** Breaks off what has not left, waits for the answers to what has, and writes them down. */
    async stop() {
      stopping = true
      hand.clear()
      hand.wakeAll()
      for (const line of busy) line.breakOff()
      const done = Promise.all(senders).then(() => ledger.idle())
      const answered = new AbortController()
      void done.then(() => answered.abort())
      await clock.sleep(answersWithinMs, answered.signal)
      await ledger.idle()
    },
  }
}

/** After these the line may be broken, or the provider wants peace: a new line is asked for, and the pace is heeded. */
function endsTheLine({ kind }: SendResult) {
  return kind !== 'accepted' && kind !== 'rejected' && kind !== 'split'
}
