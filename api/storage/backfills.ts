import { sql } from 'kysely'
import type { EventSource, Interval } from '../domain/backfill.ts'
import { pipelines, type PipelineKey } from '../domain/pipelines.ts'
import type { Db } from './database.ts'
import { hastenRuns } from './pipeline-cursors.ts'
import { isAlive } from './notifiers.ts'

/** `events`, and what they came to, of all pipelines together. */
export type Backfill = {
  id: string
  beginsAt: Date
  endsAt: Date
  requestedAt: Date
  requestedBy: string
  events: number
  applied: number
  noop: number
  unprocessable: number
  finishedAt: Date | null
  cancelledAt: Date | null
}

export type BackfillState = 'waiting' | 'running' | 'finished' | 'cancelled'

export type BackfillProgress = Backfill & { state: BackfillState; reached: { pipeline: string; at: Date }[] }

/** Sets an interval to be fetched again; undefined when there is one already that is not over. */
export async function setBackfill(db: Db, { begin, end }: Interval, by: string): Promise<Backfill | undefined> {
  const { rows } = await sql<Backfill>`
    insert into backfills (begins_at, ends_at, requested_by) values (${begin}, ${end}, ${by.slice(0, 320)})
    on conflict ((true)) where finished_at is null and cancelled_at is null do nothing
    returning *`.execute(db)
  const [set] = rows
  if (!set) return undefined
  await db.deleteFrom('pipelineCursors').where('job', '=', 'backfill').execute()
  await hastenRuns(db)
  return set
}

/** What is under way, or waits to be. */
export async function openBackfill(db: Db): Promise<Backfill | undefined> {
  return db
    .selectFrom('backfills')
    .selectAll()
    .where('finishedAt', 'is', null)
    .where('cancelledAt', 'is', null)
    .executeTakeFirst()
}

/** The last one, whatever became of it. */
export async function lastBackfill(db: Db): Promise<BackfillProgress | undefined> {
  const last = await db.selectFrom('backfills').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst()
  if (!last) return undefined
  const reached = await db
    .selectFrom('pipelineCursors')
    .select(['pipeline', 'reachedAt as at'])
    .where('job', '=', 'backfill')
    .orderBy('pipeline')
    .execute()
  return { ...last, state: stateOf(last, reached.length > 0), reached }
}

function stateOf({ finishedAt, cancelledAt }: Backfill, begun: boolean): BackfillState {
  if (finishedAt) return 'finished'
  if (cancelledAt) return 'cancelled'
  return begun ? 'running' : 'waiting'
}

/** Ends it where it is; a page that is on its way is still applied. @returns undefined when there was none. */
export async function cancelBackfill(db: Db): Promise<Backfill | undefined> {
  const { rows } = await sql<Backfill>`
    update backfills set cancelled_at = now() where finished_at is null and cancelled_at is null returning *`.execute(
    db,
  )
  return rows[0]
}

export type BackfillFigures = Pick<Backfill, 'events' | 'applied' | 'noop' | 'unprocessable'>

/** Counts what a page came to. False: it was cancelled meanwhile. */
export async function countBackfill(db: Db, id: string, figures: BackfillFigures): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update backfills set events = events + ${figures.events}, applied = applied + ${figures.applied},
      noop = noop + ${figures.noop}, unprocessable = unprocessable + ${figures.unprocessable}
    where id = ${id} and finished_at is null and cancelled_at is null`.execute(db)
  return Number(numAffectedRows) > 0
}

/** Over as soon as every pipeline has come to its end. @returns whether it is over now. */
export async function finishBackfill(db: Db, id: string): Promise<boolean> {
  const all: PipelineKey[] = pipelines.map(({ key }) => key)
  const { numAffectedRows } = await sql`
    update backfills b set finished_at = now()
    where b.id = ${id} and b.finished_at is null and b.cancelled_at is null and ${all.length} = (
      select count(*) from pipeline_cursors c
      where c.job = 'backfill' and c.pipeline = any(${all}) and c.reached_at >= b.ends_at)`.execute(db)
  return Number(numAffectedRows) > 0
}

/** What live notifiers send through, and whose event API they poll. */
export async function eventSources(db: Db): Promise<EventSource[]> {
  const { rows } = await sql<EventSource>`
    select distinct n.provider, n.event_api from notifiers n where ${isAlive} order by n.provider, n.event_api`.execute(
    db,
  )
  return rows
}
