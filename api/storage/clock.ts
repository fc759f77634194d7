import { sql } from 'kysely'
import type { Db } from './database.ts'

/** The database's instant, and the offsets of time zones at given instants as its own tables have them, in minutes east of UTC. */
export async function askClock(db: Db, probes: readonly { timezone: string; at: Date }[]) {
  const { rows } = await sql<{ now: Date; version: string; offsets: number[] }>`
    select now() as now, current_setting('server_version') as version, coalesce((
      select jsonb_agg((extract(epoch from (p.at at time zone p.timezone) - (p.at at time zone 'UTC')) / 60)::int order by p.place)
      from unnest(${probes.map(({ timezone }) => timezone)}::text[], ${probes.map(({ at }) => at)}::timestamptz[])
        with ordinality as p(timezone, at, place)
    ), '[]') as offsets`.execute(db)
  return rows[0]!
}
