import type { Mail } from '../../api/domain/mail.ts'
import type { SendResult } from '../../api/domain/send-result.ts'
import type { Line } from '../../api/providers/provider.ts'
import type { Account } from './account.ts'
import { notSentYet, type Answers } from './answers.ts'
import { keyOf } from './call.ts'
import type { Hand, Job } from './hand.ts'
import type { Ledger } from './ledger.ts'
import type { Notifier } from './notifier.ts'
import type { Pace } from './pace.ts'
import type { Prepare, Ready } from './prepare.ts'

/**
 * Where answers come faster than this, the next mail is marked while the last one is on the wire: else each mail would wait for a
 * commit. Where they are slower the commit does not show, and a mark must not grow old: it is the last look before bytes leave.
 */
const markAheadBelowMs = 100

/**
 * And where several come in the time of one commit, as from next door, a line has so many mails marked together and sends them in one
 * breath, each announced with the last bytes of the one before: a few busy lines then make half the writes that many waiting ones would.
 */
const runMax = 5

/** A job on its way to this line: being written and marked, and then ready. */
type Coming = { ready?: Ready; whenReady: Promise<Ready> }

type Means = { prepare: Prepare; mayStart: () => boolean; mayTake: () => boolean; pace: Pace; account: Account }

/** Sends on one line for as long as there is work and the line is good. Answers what ended the line, if something did. */
export function createRuns(
  { transport, clock, meter, log }: Notifier,
  hand: Hand,
  ledger: Ledger,
  answers: Answers,
  { prepare, mayStart, mayTake, pace, account }: Means,
) {
  // A new process does not know yet how fast its provider is.
  let answerTookMs = Infinity

  async function sendOn(line: Line, first: Job): Promise<SendResult | undefined> {
    const coming = [comes(first), ...nextJobs(jobsAhead() - 1)]
    try {
      while (coming.length > 0) {
        const ready = await coming.shift()!.whenReady
        if (!mayStart()) {
          giveBack(ready)
          return undefined
        }
        const end = await send(line, ready, coming)
        if (end) return end
        if (coming.length === 0) coming.push(...nextJobs(1))
      }
      return undefined
    } finally {
      for (const { whenReady } of coming) giveBack(await whenReady)
    }
  }

  function comes(job: Job): Coming {
    const coming: Coming = { whenReady: prepare(job).then((ready) => (coming.ready = ready)) }
    return coming
  }

  function nextJobs(most: number): Coming[] {
    const jobs: Coming[] = []
    while (jobs.length < most && mayTake() && !pace.isPaused()) {
      const job = hand.take()
      if (!job) break
      jobs.push(comes(job))
    }
    return jobs
  }

  /** How many jobs a line may have marked before their time. A call with many mails, or one that costs a token, is a run by itself. */
  function jobsAhead(): number {
    if (answerTookMs >= markAheadBelowMs) return 0
    if (transport.batchMax > 1 || account.known().limited) return 1
    return Math.max(1, Math.min(runMax, Math.round(ledger.pageMs() / answerTookMs)))
  }

  /** Answers why the line must not be used again, if so. */
  async function send(line: Line, { job, call }: Ready, coming: Coming[]): Promise<SendResult | undefined> {
    if (call.written.length === 0) return undefined
    const startedAt = clock.now()
    const mails = call.written.map(({ mail }) => mail)
    const answering = line.send(mails, call.batch && keyOf(call.batch), () => following(coming))
    if (coming.length === 0) coming.push(...nextJobs(jobsAhead()))
    const answered = await answering.catch((error: unknown) => nobodyKnows(mails, error))
    answerTookMs = clock.now() - startedAt
    meter?.answered(answered, answerTookMs)
    const results = pace.notice(answered)
    answers.take(job, call, results)
    const end = results.find(endsTheLine)
    if (!end && answerTookMs >= markAheadBelowMs) await askAnew(coming)
    return end
  }

  /** A call that broke in our own hands. Its rows are marked, so they need an outcome, and their unit an end. */
  function nobodyKnows(mails: readonly Mail[], error: unknown): SendResult[] {
    log.error({ err: error }, 'a call broke; nobody knows whether its mails were sent')
    return mails.map(() => ({ kind: 'unknown', reason: 'The call broke before its answer was read.' }))
  }

  /** The mail that comes next on this line, if it is marked by now. */
  function following([next]: Coming[]): Mail | undefined {
    const written = mayStart() ? next?.ready?.call.written : undefined
    return written?.length === 1 ? written[0]!.mail : undefined
  }

  /** A mark that had to wait is made anew: it is the last look before bytes leave, and the host may have stopped the message since. */
  async function askAnew(coming: Coming[]) {
    for (const waited of coming.splice(0)) {
      const { job, call } = await waited.whenReady
      const rows = call.written.map(({ row }) => row)
      if (job.replay) coming.push(waited)
      else answers.askAnew(job, rows, call.batch)
    }
  }

  /** Marked but not sent, and so provably unsent: back to queued, and no attempt is burnt. A replay stays what it is. */
  function giveBack({ job, call }: Ready) {
    if (job.replay) {
      for (const _ of call.written) answers.enterWired(job)
      return
    }
    for (const { row } of call.written) answers.enterWired(job, row, notSentYet, call.batch)
  }

  return sendOn
}

/** After these the line may be broken, or the provider wants peace: a new line is asked for, and the pace is heeded. */
function endsTheLine({ kind }: SendResult) {
  return kind !== 'accepted' && kind !== 'rejected' && kind !== 'split'
}
