import { sql } from 'kysely'
import type { JobKey, PipelineKey } from '../domain/pipelines.ts'
import type { MessageKind } from '../domain/message.ts'
import { storable } from '../domain/storable.ts'
import type { Db } from './database.ts'

/** The right to run a pipeline, of one process at a time. */
export type RunKey = { pipeline: PipelineKey; runId: string }

/** Between two pages a process says that it lives; the slowest page (three tries of 20 s with waits of 30 s) fits in twice. */
export const runLeaseMs = 5 * 60_000

/** Enough of what went wrong for whoever asks. */
const problemMax = 500

/** Begins a run; undefined when one is under way, or the last one is not long enough ago. */
export async function claimRun(db: Db, pipeline: PipelineKey): Promise<RunKey | undefined> {
  const { rows } = await sql<RunKey>`
    insert into pipeline_runs as r (pipeline, run_id, lease_until, started_at)
    values (${pipeline}, uuidv7(), now() + ${runLeaseMs} * interval '1 ms', now())
    on conflict (pipeline) do update set run_id = excluded.run_id, lease_until = excluded.lease_until, started_at = now()
    where r.lease_until <= now() and r.next_at <= now()
    returning r.pipeline, r.run_id`.execute(db)
  return rows[0]
}

/** Keeps a run for another lease. False: it is somebody else's by now. */
export async function keepRun(db: Db, run: RunKey): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update pipeline_runs r set lease_until = now() + ${runLeaseMs} * interval '1 ms' where ${isMine(run)}`.execute(db)
  return Number(numAffectedRows) > 0
}

/** Ends a run; the next one may begin `nextInMs` later. */
export async function endRun(db: Db, run: RunKey, { nextInMs, problem }: { nextInMs: number; problem?: string }) {
  const words = problem === undefined ? null : storable(problem.slice(0, problemMax))
  await sql`
    update pipeline_runs r set lease_until = '-infinity', run_id = null, ended_at = now(), problem = ${words},
      -- Somebody may have asked for one meanwhile.
      next_at = case when r.next_at > r.started_at then now() else now() + ${nextInMs}::float8 * interval '1 ms' end
    where ${isMine(run)}`.execute(db)
}

/** The next run of every pipeline begins as soon as somebody looks. */
export async function hastenRuns(db: Db) {
  await sql`update pipeline_runs set next_at = now()`.execute(db)
}

function isMine({ pipeline, runId }: RunKey) {
  return sql`r.pipeline = ${pipeline} and r.run_id = ${runId}::uuid and r.lease_until > now()`
}

/** How far each job of a pipeline has come; one that never ran is not there. */
export async function readCursors(db: Db, pipeline: PipelineKey): Promise<Partial<Record<JobKey, Date>>> {
  const rows = await db
    .selectFrom('pipelineCursors')
    .select(['job', 'reachedAt'])
    .where('pipeline', '=', pipeline)
    .execute()
  return Object.fromEntries(rows.map(({ job, reachedAt }) => [job, reachedAt]))
}

/** Moves a position, by whoever runs the pipeline now. False: that is somebody else. */
export async function moveCursor(db: Db, run: RunKey, job: JobKey, reachedAt: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into pipeline_cursors as c (pipeline, job, reached_at)
    select r.pipeline, ${job}, ${reachedAt}::timestamptz from pipeline_runs r where ${isMine(run)} for share
    on conflict (pipeline, job) do update set reached_at = excluded.reached_at, updated_at = now()`.execute(db)
  return Number(numAffectedRows) > 0
}

export type PipelineState = {
  pipeline: PipelineKey
  running: boolean
  startedAt: Date | null
  endedAt: Date | null
  problem: string | null
  cursors: { job: JobKey; reachedAt: string }[]
}

/** How far each pipeline has come, for the operator. Nothing where no notifier has ever had an event API. */
export async function listPipelines(db: Db): Promise<PipelineState[]> {
  const { rows } = await sql<PipelineState>`
    select r.pipeline, r.lease_until > now() as running, r.started_at, r.ended_at, r.problem, coalesce((
      select jsonb_agg(jsonb_build_object('job', c.job, 'reachedAt',
        to_char(c.reached_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by c.job)
      from pipeline_cursors c where c.pipeline = r.pipeline), '[]') as cursors
    from pipeline_runs r order by r.pipeline`.execute(db)
  return rows
}

/** Of which kind messages are, to tell to which pipeline an event belongs. One that is gone is missing. */
export async function kindsOfMessages(db: Db, ids: readonly string[]): Promise<Map<string, MessageKind>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('scheduledMessages')
    .select(['id', 'kind'])
    .where(sql<boolean>`id = any(${[...new Set(ids)]}::uuid[])`)
    .execute()
  return new Map(rows.map(({ id, kind }) => [id, kind]))
}

/** The instant by which windows are planned: replicas with different clocks plan alike. */
export async function databaseNow(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)
  return rows[0]!.now
}
