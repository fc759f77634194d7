import { sql } from 'kysely'
import type { Db } from './database.ts'
import { announceDue } from './messages.ts'
import { countAccepted } from './record.ts'

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
 * earlier generation counts as well, for it is the same guest who has the mail. The counters move in the same statement, and the unit is
 * looked at again at once.
 */
export async function applyEvidence(db: Db, evidence: readonly Evidence[], shard: number): Promise<Applied> {
  const { rows } = await sql<Applied & { woken: boolean }>`
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
      returning d.message_id, d.seq, old.state as was
    ), woken as (
      -- It waited for this word, for a quarter of an hour perhaps; with its last row settled the message is over.
      update send_units u set run_at = now()
      from (
        select w.message_id, w.id from send_units w
        where w.run_at > now()
          and exists (select from settled s where s.message_id = w.message_id and s.seq between w.lo and w.hi)
        -- Whoever has locked it is about to say itself when it comes due.
        for update skip locked
      ) w
      where u.message_id = w.message_id and u.id = w.id
      returning u.id
    ), ${countAccepted(shard, 'settled')}
    select (select count(*) from settled)::int as settled, exists (select from woken) as woken,
      (select count(*) from given)::int - (select count(*) from known)::int as strangers,
      (select count(*) from known
        where state in ('failed', 'skipped', 'cancelled')
          or (state = 'accepted' and provider_message_id is not null and recorded_id is not null
            and provider_message_id <> recorded_id)
          or (state = 'wired' and generation < current))::int as surprises`.execute(db)
  const { woken, ...applied } = rows[0]!
  if (woken) await announceDue(db)
  return applied
}
