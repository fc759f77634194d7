import type { FeedbackKind } from './feedback.ts'
import type { MessageKind } from './message.ts'

/** One walk through a provider's events, with positions of its own. Which messages are its own is told by their kind. */
export type Pipeline = {
  key: 'broadcasts' | 'reminders'
  label: string
  /** Undefined: an event whose message nobody knows (any more). */
  owns: (kind: MessageKind | undefined) => boolean
}

/** What hosts write and what reminders by themselves say are looked at apart; so are their figures. An event belongs to exactly one. */
export const pipelines: readonly Pipeline[] = [
  { key: 'broadcasts', label: 'Broadcasts', owns: (kind) => kind !== 'reminder' },
  { key: 'reminders', label: 'Reminders', owns: (kind) => kind === 'reminder' },
]
export type PipelineKey = Pipeline['key']

const opens: readonly FeedbackKind[] = ['opened']
const others: readonly FeedbackKind[] = [
  ...(['sent', 'delivered', 'delayed', 'clicked'] as const),
  ...(['bounced', 'complained', 'unsubscribed'] as const),
]

/** A provider's storage settles: what it shows of the last minute may still change. */
export const settlesWithinMs = 60_000
/** And events older than this are all there; they are read once more, for those that came late. */
export const completeAfterMs = 30 * 60_000
/** Where the latest events begin to be read by an installation that has never read any. */
export const firstLatestMs = 30 * 60_000
/** The same for the missing ones: further back, for they lag behind the latest. */
export const firstMissingMs = 2 * 60 * 60_000

/** Events that one run may take from the provider; a page is never cut, so it may end a page later. What is left is fetched at once, in a run of its own. */
export const eventsPerRunMax = 10_000

export type JobKey = 'latest-opened' | 'latest-others' | 'missing' | 'backfill'

/** What decides where a job reads. `othersBeganAt`: where the latest others of the same run began. */
export type JobState = {
  now: Date
  reachedAt: Date | undefined
  othersBeganAt?: Date
  backfill?: { beginsAt: Date; endsAt: Date }
}

export type Window = { begin: Date; end: Date }

/** `nothing`: there is no such work. `skip`: there is none yet, which is told. */
export type WindowPlan = ({ kind: 'window' } & Window) | { kind: 'skip'; reason: string } | { kind: 'nothing' }

export type Job = { key: JobKey; kinds: readonly FeedbackKind[]; plan: (state: JobState) => WindowPlan }

const before = (at: Date, ms: number) => new Date(at.getTime() - ms)
const earlier = (one: Date, other: Date) => (one < other ? one : other)
const later = (one: Date, other: Date) => (one > other ? one : other)

function between(begin: Date, end: Date): WindowPlan {
  if (end > begin) return { kind: 'window', begin, end }
  return { kind: 'skip', reason: `the end (${end.toISOString()}) is not after the begin (${begin.toISOString()})` }
}

function planLatest({ now, reachedAt }: JobState): WindowPlan {
  return between(reachedAt ?? before(now, firstLatestMs), before(now, settlesWithinMs))
}

/** Nothing is missing yet that the latest have still to read. */
function planMissing({ now, reachedAt, othersBeganAt = now }: JobState): WindowPlan {
  return between(reachedAt ?? before(now, firstMissingMs), earlier(before(now, completeAfterMs), othersBeganAt))
}

function planBackfill({ now, reachedAt, backfill }: JobState): WindowPlan {
  if (!backfill || (reachedAt && reachedAt >= backfill.endsAt)) return { kind: 'nothing' }
  const { beginsAt, endsAt } = backfill
  return between(reachedAt ? later(beginsAt, reachedAt) : beginsAt, earlier(endsAt, before(now, settlesWithinMs)))
}

/** In the order in which a run does them: what people watch first comes first, and a backlog waits for its turn. */
export const jobs: readonly Job[] = [
  { key: 'latest-opened', kinds: opens, plan: planLatest },
  { key: 'latest-others', kinds: others, plan: planLatest },
  { key: 'missing', kinds: [...opens, ...others], plan: planMissing },
  { key: 'backfill', kinds: [...opens, ...others], plan: planBackfill },
]

/**
 * Where a job has come that stops before the end of its window, or undefined when it must not stop here: providers tell time in whole
 * seconds, so it would begin at the same events again, for ever. Never beyond that end, whatever a provider says of its events: what happens until
 * then would never be read.
 */
export function stopsAt({ begin, end }: Window, lastHappenedAt: Date | undefined): Date | undefined {
  if (!lastHappenedAt) return undefined
  const second = (at: Date) => Math.floor(at.getTime() / 1000)
  return second(lastHappenedAt) > second(begin) ? earlier(lastHappenedAt, end) : undefined
}
