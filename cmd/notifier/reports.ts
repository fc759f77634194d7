import { applyFeedback, reportsAtOnceMax, type AppliedFeedback } from '../../api/storage/apply-feedback.ts'
import { forgetFeedback, msUntilNextReport } from '../../api/storage/inbox.ts'
import type { Notifier } from './notifier.ts'
import { tellSurprises } from './surprises.ts'

/** Reports that nobody woke us for are seen within this. */
const lookEveryMs = 1000

/** Old reports are dropped this often, and so many times some thousands: more than come in a minute of a busy day. */
const forgetEveryMs = 60_000
const forgetTimesMax = 50

/**
 * Applies what providers report, beside the sending and never in its way. Any number of replicas do it at once: each takes reports that no other
 * has in hand. Each run is told in one line of the log.
 */
export function applyReports({
  db,
  shard,
  log,
  clock,
  meter,
}: Pick<Notifier, 'db' | 'shard' | 'log' | 'clock' | 'meter'>) {
  const stopped = new AbortController()
  let alarm = new AbortController()
  let wasWoken = false

  async function loop() {
    while (!stopped.signal.aborted) {
      try {
        await applyAll()
      } catch (error) {
        log.error({ err: error }, 'reports of the provider could not be applied; trying again')
      }
      await clock.sleep(await restMs(), AbortSignal.any([alarm.signal, stopped.signal]))
      wasWoken = alarm.signal.aborted
      if (wasWoken) alarm = new AbortController()
    }
  }

  /** Of what has just come some is to be looked at in a moment, such as a click. When nobody called there is nothing to ask for. */
  async function restMs(): Promise<number> {
    const nextInMs = wasWoken ? await msUntilNextReport(db).catch(() => undefined) : undefined
    return Math.min(lookEveryMs, Math.max(0, nextInMs ?? lookEveryMs))
  }

  /** Until there are no more; a run ends with a batch that is not full. */
  async function applyAll() {
    const begunAt = clock.now()
    const batches: AppliedFeedback[] = []
    do batches.push(await applyFeedback(db, { shard }))
    while (batches.at(-1)!.taken === reportsAtOnceMax && !stopped.signal.aborted)
    tell(batches, (clock.now() - begunAt) / 1000)
  }

  function tell(batches: readonly AppliedFeedback[], seconds: number) {
    const sum = (count: (batch: AppliedFeedback) => number | undefined) =>
      batches.reduce((total, batch) => total + (count(batch) ?? 0), 0)
    const events = sum((batch) => batch.taken)
    if (events === 0) return
    tellSurprises(
      { log, meter },
      sum((batch) => batch.surprises),
    )
    log.info(
      {
        ...{ events, seconds: Number(seconds.toFixed(3)), perSecond: Math.round(events / Math.max(seconds, 0.001)) },
        delivered: sum((b) => b.moved.delivered),
        ...{ opened: sum((b) => b.moved.opened), clicked: sum((b) => b.moved.clicked) },
        ...{ failed: sum((b) => b.moved.bounced), complained: sum((b) => b.moved.complained) },
        ...{ noop: sum((b) => b.noop), unprocessable: sum((b) => b.unprocessable), waiting: sum((b) => b.waiting) },
      },
      'reports applied',
    )
  }

  async function forget() {
    for (let times = 0; times < forgetTimesMax && !stopped.signal.aborted; times++) {
      if ((await forgetFeedback(db)) === 0) return
    }
  }

  const looping = loop()
  let forgetting: Promise<void> | undefined
  const endForgetting = clock.every(forgetEveryMs, () => {
    forgetting ??= forget()
      .catch((error: unknown) => log.debug({ err: error }, 'old reports could not be dropped'))
      .finally(() => (forgetting = undefined))
  })

  return {
    /** Something has come. */
    wake: () => alarm.abort(),
    /** Ends after the batch in hand. */
    async stop() {
      endForgetting()
      stopped.abort()
      await Promise.all([looping, forgetting])
    },
  }
}
