import type { FeedbackKind } from '../../../api/domain/feedback.ts'
import type { JobKey, PipelineKey } from '../../../api/domain/pipelines.ts'
import type { AppliedFeedback } from '../../../api/storage/apply-feedback.ts'

/** The name that each kind has in the log. */
const words: Record<FeedbackKind, string> = {
  opened: 'opened',
  clicked: 'clicked',
  delivered: 'delivered',
  bounced: 'failed',
  complained: 'complained',
  unsubscribed: 'unsubscribed',
  sent: 'accepted',
  delayed: 'delayed',
}

/** What one page came to; `unknown`: events of messages that nobody knows. */
export type PageOutcome = { events: number; unknown: number; applied: AppliedFeedback }

export type Phase = 'polling' | 'processing' | 'aggregation'

export type Tally = ReturnType<typeof createTally>

/** Adds up what a job came to. Its events are the sum of its counts: nothing gets lost between them. */
export function createTally(job: JobKey, pipeline: PipelineKey, stopwatch: () => number) {
  const beganAt = stopwatch()
  const ms: Record<Phase, number> = { polling: 0, processing: 0, aggregation: 0 }
  const moved = Object.fromEntries(Object.values(words).map((word) => [word, 0]))
  const ended = { unprocessable: 0, unhandled: 0, waiting: 0, noop: 0 }
  let events = 0

  return {
    /** Does `work` and adds the time that it takes. */
    async timed<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
      const from = stopwatch()
      try {
        return await work()
      } finally {
        ms[phase] += stopwatch() - from
      }
    },

    add(page: PageOutcome) {
      const { applied } = page
      events += page.events
      for (const [kind, count] of Object.entries(applied.moved)) moved[words[kind as FeedbackKind]]! += count
      ended.unprocessable += applied.unprocessable + page.unknown
      ended.unhandled += applied.unhandled
      ended.waiting += applied.waiting
      ended.noop += noopOf(page)
    },

    /** The completion line's facts; undefined when there was no event. */
    line() {
      if (events === 0) return undefined
      const seconds = (stopwatch() - beganAt) / 1000
      return {
        ...{
          job,
          pipeline,
          events,
          seconds: rounded(seconds),
          eventsPerSecond: Math.round(events / Math.max(seconds, 0.001)),
        },
        ...{
          pollingMs: rounded(ms.polling),
          processingMs: rounded(ms.processing),
          aggregationMs: rounded(ms.aggregation),
        },
        ...moved,
        ...ended,
      }
    },
  }
}

/** An event that was in the inbox already is no-op as much as one that tells nothing new. */
export function noopOf({ events, unknown, applied }: PageOutcome): number {
  return applied.noop + (events - unknown - applied.taken)
}

function rounded(number: number): number {
  return Math.round(number * 1000) / 1000
}
