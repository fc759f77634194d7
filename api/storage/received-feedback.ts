import { sql } from 'kysely'
import type { Db } from './database.ts'

export type ReceivedFeedback = {
  provider: string
  lastReceivedAt: Date | null
  receivedLastHour: number
  waiting: number
  oldestWaitingAt: Date | null
  unprocessableLastDay: number
}

/** An hour of a busy installation, read in a tenth of a second. No index leads by time of receipt: each report would pay for it. */
const lookedAtMax = 100_000

/**
 * What came in, by provider. Read from the newest reports and from partial indexes, whatever the history; a provider that has been silent for
 * longer than that is there, without its last report. `complete`: the newest reach back an hour.
 */
export async function readReceivedFeedback(db: Db, max = lookedAtMax) {
  const { rows } = await sql<ReceivedFeedback & { complete: boolean }>`
    with recursive known as (
      (select provider from provider_events order by provider limit 1)
      union all
      select (select e.provider from provider_events e where e.provider > k.provider order by e.provider limit 1)
      from known k where k.provider is not null
    ), newest as materialized (
      select provider, received_at from provider_events order by id desc limit ${max}
    ), received as (
      select provider, max(received_at) as last_received_at,
        count(*) filter (where received_at > now() - interval '1 hour')::int as n
      from newest group by provider
    ), waiting as (
      select provider, count(*)::int as n, min(received_at) as since
      from provider_events where applied_at is null group by provider
    ), unprocessable as (
      select provider, count(*)::int as n
      from provider_events where outcome = 'unprocessable' and applied_at > now() - interval '1 day' group by provider
    )
    select k.provider, r.last_received_at, coalesce(r.n, 0) as received_last_hour, coalesce(w.n, 0) as waiting,
      w.since as oldest_waiting_at, coalesce(u.n, 0) as unprocessable_last_day,
      (select count(*) < ${max} or min(received_at) < now() - interval '1 hour' from newest) as complete
    from known k left join received r using (provider) left join waiting w using (provider) left join unprocessable u using (provider)
    where k.provider is not null order by k.provider`.execute(db)
  return { items: rows, lookedAt: max, complete: rows.every(({ complete }) => complete) }
}
