import { sql } from 'kysely'
import type { Db } from './database.ts'

/**
 * A provider says that it has taken a mail: by an event, by a report, or by answering twice. `messageId`, `seq` and `generation` are
 * those of the tag that the mail carried.
 */
export type Evidence = {
  messageId: string
  seq: number
  generation: number
  providerMessageId?: string
  /** Where the provider says that the mail went; it must be where the row sent it. */
  address?: string
}

/**
 * `settled`: rows that are accepted now. `surprises`: the mail was taken though nobody expected it any more, so that a guest got it twice
 * or a failure was none. `strangers`: no such row, generation or address, so that nothing was changed.
 */
export type Applied = { settled: number; surprises: number; strangers: number }

/**
 * Settles rows by what their provider says, whoever holds their unit: a mail that was taken is never sent again. Evidence of an
 * earlier generation counts as well, for it is the same guest who has the mail. The counters move in the same statement.
 */
export async function applyEvidence(db: Db, evidence: readonly Evidence[], shard: number): Promise<Applied> {
  const { rows } = await sql<Applied>`
    with given as (
      select distinct on (message_id, seq) * from unnest(
        ${evidence.map((e) => e.messageId)}::uuid[], ${evidence.map((e) => e.seq)}::int[],
        ${evidence.map((e) => e.generation)}::int[], ${evidence.map((e) => e.providerMessageId ?? null)}::text[],
        ${evidence.map((e) => e.address?.toLowerCase() ?? null)}::text[]
      ) as g(message_id, seq, generation, provider_message_id, address)
      order by message_id, seq, generation desc
    ), known as (
      select g.*, d.state, d.generation as current, d.provider_message_id as recorded_id
      from given g join message_deliveries d on d.message_id = g.message_id and d.seq = g.seq
      where g.generation <= d.generation
        -- A guest who was removed has no address any more to compare with.
        and (g.address is null or g.generation < d.generation or d.address is null or g.address = lower(d.address))
    ), settled as (
      update message_deliveries d set
        state = 'accepted', accepted_at = now(), reason = null, due_at = null, unknown_at = null, left_at = null,
        provider_message_id = coalesce(k.provider_message_id, d.provider_message_id)
      from known k
      where d.message_id = k.message_id and d.seq = k.seq and d.state in ('queued', 'wired', 'unknown')
      returning d.message_id, old.state as was
    ), counted as (
      insert into message_counters as c (message_id, shard, queued, accepted, unknown)
      select message_id, ${shard}, -count(*) filter (where was <> 'unknown'), count(*), -count(*) filter (where was = 'unknown')
      from settled group by message_id
      on conflict (message_id, shard) do update set queued = c.queued + excluded.queued,
        accepted = c.accepted + excluded.accepted, unknown = c.unknown + excluded.unknown
    )
    select (select count(*) from settled)::int as settled,
      (select count(*) from given)::int - (select count(*) from known)::int as strangers,
      (select count(*) from known
        where state in ('failed', 'skipped', 'cancelled')
          or (state = 'accepted' and provider_message_id is not null and recorded_id is not null
            and provider_message_id <> recorded_id)
          or (state = 'wired' and generation < current))::int as surprises`.execute(db)
  return rows[0]!
}
