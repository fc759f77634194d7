import type { Logger } from 'pino'
import { eventsPerRunMax, jobs, stopsAt, type Job, type Pipeline, type Window } from '../../../api/domain/pipelines.ts'
import type { EventApi } from '../../../api/providers/event-api.ts'
import { countBackfill, finishBackfill, openBackfill, type Backfill } from '../../../api/storage/backfills.ts'
import type { Database } from '../../../api/storage/database.ts'
import {
  claimRun,
  endRun,
  keepRun,
  moveCursor,
  readCursors,
  type RunKey,
} from '../../../api/storage/pipeline-cursors.ts'
import { transact } from '../../../api/storage/transact.ts'
import type { Meter } from '../meter.ts'
import { tellSurprises } from '../surprises.ts'
import { takeIn } from './page.ts'
import { createTally, noopOf, type PageOutcome } from './tally.ts'

/** Hosts see an open within minutes, and a provider is asked a few hundred times a day. */
export const pollEveryMs = 5 * 60_000

/** What Mailgun gives at most, and a transaction of a few hundredths of a second. */
const pageMax = 300

/** No job ends within a second, for the next one would begin at it again. A provider that gives more than this for one gives the same for ever. */
const eventsOfASecondMax = 10 * eventsPerRunMax

export type PipelineTools = {
  db: Database['db']
  /** This process's row of the message counters. */
  shard: number
  api: EventApi
  log: Logger
  meter?: Meter
  /** Plans the windows. */
  now: () => Promise<Date>
  /** Milliseconds that never go back; measures. */
  stopwatch: () => number
  signal?: AbortSignal
}

/** `busy`: one is under way somewhere, or was not long ago. `more`: the limit was hit, and the next one may begin at once. */
export type RunOutcome = 'busy' | 'done' | 'more' | 'failed'

/** One run of one pipeline: its jobs in order, up to the limit of events. Whatever runs in another replica meanwhile is left alone. */
export async function runPipeline(tools: PipelineTools, pipeline: Pipeline): Promise<RunOutcome> {
  const { db, log } = tools
  const run = await claimRun(db, pipeline.key)
  if (!run) return 'busy'
  let outcome: RunOutcome = 'failed'
  let problem: string | undefined
  try {
    outcome = (await runJobs(tools, pipeline, run)) ? 'more' : 'done'
  } catch (error) {
    problem = (error as Error).message
    if (!tools.signal?.aborted)
      log.warn(
        { err: error, pipeline: pipeline.key },
        'events of the provider could not be fetched; the next run goes on',
      )
  }
  // Somebody who stops leaves nothing undone that another may not take up at once.
  const atOnce = outcome === 'more' || tools.signal?.aborted
  await endRun(db, run, { nextInMs: atOnce ? 0 : pollEveryMs, problem: tools.signal?.aborted ? undefined : problem })
  return outcome
}

/** Answers whether the limit was hit. */
async function runJobs(tools: PipelineTools, pipeline: Pipeline, run: RunKey): Promise<boolean> {
  const { db, log } = tools
  const cursors = await readCursors(db, pipeline.key)
  const now = await tools.now()
  let othersBeganAt: Date | undefined
  let left = eventsPerRunMax
  for (const job of jobs) {
    const backfill = job.key === 'backfill' ? await openBackfill(db) : undefined
    // What an earlier backfill has reached was dropped when this one was set, maybe after we had looked.
    const reachedAt = backfill ? (await readCursors(db, pipeline.key)).backfill : cursors[job.key]
    const plan = job.plan({ now, reachedAt, othersBeganAt, backfill })
    if (plan.kind === 'skip') log.info({ job: job.key, pipeline: pipeline.key }, `skipped: ${plan.reason}`)
    // Whoever came to its end may have died before it could say so.
    if (backfill && plan.kind === 'nothing') await finishBackfill(db, backfill.id)
    if (plan.kind !== 'window') continue
    if (job.key === 'latest-others') othersBeganAt = plan.begin
    left -= await runJob(tools, pipeline, run, { job, ...plan, backfill, limit: left })
    if (left <= 0) return true
  }
  return false
}

type Work = Window & { job: Job; backfill: Backfill | undefined; limit: number }

/** Reads one window, page by page; a position is moved only after what stands before it is stored. Answers how many events the provider gave. */
async function runJob(tools: PipelineTools, pipeline: Pipeline, run: RunKey, work: Work): Promise<number> {
  const { api, log, meter, signal } = tools
  const { job, begin, end, limit } = work
  const tally = createTally(job.key, pipeline.key, tools.stopwatch)
  let taken = 0
  let pageToken: string | undefined
  try {
    for (;;) {
      signal?.throwIfAborted()
      await keep(tools, run)
      const query = { begin, end, kinds: job.kinds, pageToken, limit: pageMax, signal }
      const { events, foreign, reachedAt, next } = await tally.timed('polling', () => api.fetchEvents(query))
      taken += events.length + foreign
      const page = await takeIn(tools, pipeline, events, tally)
      tellSurprises({ log, meter }, page.applied.surprises)
      const stop = stopsAt({ begin, end }, reachedAt)
      const isFull = taken >= limit && stop !== undefined
      if (!isFull && taken >= eventsOfASecondMax)
        throw new Error(`${api.label} gave ${taken} events, and came to no later second.`)
      const reached = next === undefined ? end : stop
      if (!(await advance(tools, run, work, page, reached)) || isFull || next === undefined) break
      pageToken = next
    }
  } finally {
    const line = tally.line()
    if (line) log.info(line, `${job.key} of ${pipeline.key}: ${line.events} events in ${line.seconds} s`)
  }
  return taken
}

/** Answers whether the job goes on: a backfill may have been cancelled meanwhile. */
async function advance(
  { db }: PipelineTools,
  run: RunKey,
  { job, backfill }: Work,
  page: PageOutcome,
  reached: Date | undefined,
): Promise<boolean> {
  if (!backfill) {
    if (reached && !(await moveCursor(db, run, job.key, reached))) throw new Error(lostRun)
    return true
  }
  const figures = { ...page.applied, events: page.events, applied: movedOf(page), noop: noopOf(page) }
  const unprocessable = page.applied.unprocessable + page.unknown
  const goesOn = await transact(db, async (tx) => {
    if (!(await countBackfill(tx, backfill.id, { ...figures, unprocessable }))) return false
    if (reached && !(await moveCursor(tx, run, job.key, reached))) throw new Error(lostRun)
    return true
  })
  if (goesOn && reached && reached >= backfill.endsAt) await finishBackfill(db, backfill.id)
  return goesOn
}

function movedOf({ applied }: PageOutcome): number {
  return Object.values(applied.moved).reduce((sum, count) => sum + count, 0)
}

const lostRun = 'Another replica has taken this run over.'

async function keep({ db }: PipelineTools, run: RunKey) {
  if (!(await keepRun(db, run))) throw new Error(lostRun)
}
