import { sql } from 'kysely'
import type { Db } from './database.ts'
import { countColumns, sumsOf } from './message-counts.ts'
import { onItsWay } from './on-its-way.ts'

/** Counters rest this long before they are held against the rows: a message that is over is still told of by its provider. */
const idleForMinutes = 10

/** Looked at in one round: their counters alone, some ten milliseconds. Half of them are the newest, so that no message waits long. */
const lookedAtMax = 500

/** Counters that say what they said are believed for so long, as long as the message is young: rows may have changed without them. */
const believedForDays = 7
const youngForDays = 30

/** A round that takes longer than this is taken for lost, and another replica begins the next. */
const roundMaxMinutes = 5

/** What is to be recounted; where the round begins, and where the next one goes on. */
export type Round = { due: { messageId: string; total: number }[]; from: string | null; after: string | null }

/**
 * Begins a round, unless another replica has one in hand or the last one was a moment ago. It goes through all messages in the order in which
 * they were made, a bounded number at a time, and finds those that are over and whose counters have moved since they were checked.
 */
export async function beginRound(db: Db): Promise<Round | undefined> {
  const { rows: begun } = await sql<{ after: string | null }>`
    insert into recount_round as r (next_at) values (now() + ${roundMaxMinutes} * interval '1 minute')
    on conflict (one) do update set next_at = excluded.next_at where r.next_at <= now()
    returning after`.execute(db)
  if (!begun[0]) return undefined
  const { rows } = await sql<{ id: string; isNewest: boolean; isDue: boolean; total: number }>`
    with seen as (
      (select *, true as is_newest from scheduled_messages order by id desc limit ${lookedAtMax / 2})
      union all
      (select *, false from scheduled_messages where id > ${begun[0].after ?? nothing} order by id limit ${lookedAtMax / 2})
    )
    select m.id, m.is_newest, coalesce(m.total, 0) as total,
      m.fired_at is not null and not ${onItsWay} and m.finished_at < now() - ${idleForMinutes} * interval '1 minute'
        and (r.message_id is null or r.sums <> c.sums or (r.checked_at < now() - ${believedForDays} * interval '1 day'
          and m.fired_at > now() - ${youngForDays} * interval '1 day')) as is_due
    from seen m
    left join message_recounts r on r.message_id = m.id
    cross join lateral (${sumsArray(sql`m.id`)}) c
    order by m.is_newest, m.id`.execute(db)
  const passed = rows.filter(({ isNewest }) => !isNewest)
  const due = new Map(rows.filter(({ isDue }) => isDue).map(({ id, total }) => [id, total]))
  return {
    from: begun[0].after,
    due: [...due].map(([messageId, total]) => ({ messageId, total })),
    // Behind the last one it starts anew.
    after: passed.length < lookedAtMax / 2 ? null : passed.at(-1)!.id,
  }
}

/** Remembers what the counters say now, so that the rows are read again only when they say something else. */
export async function rememberRecount(db: Db, messageId: string): Promise<void> {
  await sql`
    insert into message_recounts (message_id, sums)
    select m.id, c.sums from scheduled_messages m cross join lateral (${sumsArray(sql`m.id`)}) c where m.id = ${messageId}
    on conflict (message_id) do update set sums = excluded.sums, checked_at = now()`.execute(db)
}

/** Ends a round. The next one goes on behind `after`. */
export async function endRound(db: Db, after: string | null, pauseMs: number): Promise<void> {
  await sql`update recount_round set after = ${after}, next_at = now() + ${pauseMs} * interval '1 ms'`.execute(db)
}

function sumsArray(messageId: ReturnType<typeof sql>) {
  const columns = countColumns.map((column) => sql.ref(`s.${column}`))
  return sql`select array[${sql.join(columns)}] as sums from (${sumsOf(messageId)}) s`
}

/** Before the first of all ids. */
const nothing = '00000000-0000-0000-0000-000000000000'
