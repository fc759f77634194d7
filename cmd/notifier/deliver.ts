import type { SendResult } from '../../api/domain/send-result.ts'
import type { Line } from '../../api/providers/provider.ts'
import type { Account } from './account.ts'
import { createAnswers } from './answers.ts'
import type { Hand, Job } from './hand.ts'
import type { Ledger } from './ledger.ts'
import type { Lease } from './lease.ts'
import type { Notifier } from './notifier.ts'
import { createPace } from './pace.ts'
import { createPreparation } from './prepare.ts'
import { createRuns } from './runs.ts'

/** How long SIGTERM waits for answers to calls whose last byte has left; compose gives the process 40 s. */
const answersWithinMs = 25_000

/**
 * The senders: one loop per line of the transport. Each takes a job and a line, has the rows marked as wired while it has the line in
 * hand, hands the mails over, and lets the answers be entered.
 */
export function startSenders(notifier: Notifier, hand: Hand, ledger: Ledger, lease: Lease, account: Account) {
  const { transport, log, clock } = notifier
  const pace = createPace(notifier, account)
  const answers = createAnswers(notifier, hand, ledger)
  const busy = new Set<Line>()
  let stopping = false
  const mayStart = () => !stopping && lease.isTrusted()
  const prepare = createPreparation(notifier, hand, ledger, answers, { mayStart, pace, account })
  const sendOn = createRuns(notifier, hand, ledger, answers, {
    prepare,
    mayStart,
    mayTake: () => !stopping,
    pace,
    account,
  })

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
    let end: SendResult | undefined
    try {
      end = await sendOn(line, job)
    } catch (error) {
      log.error({ err: error, messageId: job.message.id }, 'a call could not be made; its rows wait for the next claim')
    } finally {
      busy.delete(line)
      line.release()
    }
    if (end) await pace.rest(end, () => stopping)
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
