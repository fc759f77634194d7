import { sql, type Kysely } from 'kysely'
import { ownReporter, type Feedback } from '../domain/feedback.ts'
import type { Db } from './database.ts'
import { keptForDays, nameOfReport, storeFeedback } from './inbox.ts'
import type { DB } from './schema.gen.ts'
import { transact } from './transact.ts'

/** What our own pictures and links were asked for, so many times within the time that is one report. */
export type CountedVisits = { report: Feedback; hits: number }

/** Nobody counts further, and a column of four bytes must not overflow. */
const hitsMax = 1_000_000

/**
 * Keeps visits as reports, the first of its time each, and counts the others with it. A fact is set by the first alone; how often somebody
 * looked is only told, and never part of a figure.
 * @returns how many reports were new: those that are to be applied.
 */
export function noteVisits(db: Kysely<DB>, visits: readonly CountedVisits[]): Promise<number> {
  return transact(db, async (tx) => {
    const isNew = new Set(
      await storeFeedback(
        tx,
        visits.map(({ report }) => report),
      ),
    )
    await addHits(
      tx,
      visits.map(({ report, hits }) => ({ report, hits: isNew.has(nameOfReport(report)) ? hits - 1 : hits })),
    )
    return isNew.size
  })
}

async function addHits(tx: Db, visits: readonly CountedVisits[]): Promise<void> {
  const again = visits.filter(({ hits }) => hits > 0)
  if (again.length === 0) return
  await sql`
    update provider_events e set hits = least(e.hits + r.hits, ${hitsMax})
    from unnest(${again.map(({ report }) => report.providerEventId)}::text[], ${again.map(({ hits }) => hits)}::int[]) as r(id, hits)
    where e.provider = ${ownReporter} and e.provider_event_id = r.id`.execute(tx)
}

/**
 * How often people opened the mail of row `d` or followed its links, as far as our own pictures and links tell, as columns of a statement. Null
 * where that is not known: the inbox forgets, and from then on a sum would be too small.
 */
export const hitsOfRow = sql`
  case when d.opened_at > now() - ${sql.lit(keptForDays)} * interval '1 day' then (
    select sum(e.hits)::int from provider_events e
    where e.message_id = d.message_id and e.seq = d.seq and e.kind = 'opened' and e.provider = ${sql.lit(ownReporter)}
      and e.machine is null and e.outcome is distinct from 'unprocessable') end as open_hits,
  case when d.clicked_at > now() - ${sql.lit(keptForDays)} * interval '1 day' then (
    select sum(e.hits)::int from provider_events e
    where e.message_id = d.message_id and e.seq = d.seq and e.kind = 'clicked' and e.link is not null
      and e.provider = ${sql.lit(ownReporter)} and e.machine is null
      and e.outcome is distinct from 'unprocessable') end as click_hits`
