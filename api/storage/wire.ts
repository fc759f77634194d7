import { sql } from 'kysely'
import type { SkipReason } from '../domain/delivery.ts'
import { audiences } from '../domain/audiences.ts'
import { transactionalKinds } from '../domain/message.ts'
import type { Db } from './database.ts'
import { onItsWay } from './on-its-way.ts'

/** A row about to be handed over, under the claim that holds its unit. */
export type Row = { messageId: string; seq: number; unitId: number; epoch: number }

/** A row that leaves in one call with others: the first row of that call, and a digest of this row's mail. */
export type BatchedRow = Row & { batch?: { lo: number; generation: number; digest: Buffer } }

/** 'wired': the bytes may leave. 'held': not now (paused, stopped, or the claim is lost); the row is as it was. */
export type Mark = { messageId: string; seq: number; verdict: 'wired' | 'held' | 'too_late' | SkipReason }

export type Marking = {
  rows: readonly BatchedRow[]
  provider: string
  shard: number
}

/** After this long the audience is asked again: a guest who declined an hour ago gets no "see you soon". */
export const audienceRecheckAfterMs = 10 * 60_000

/** They reach guests who unsubscribed, as the audience says too; an address that does not exist stays unreachable. */
const isTransactional = sql`(m.kind = any(${[...transactionalKinds]}::message_kind[]))`

const tooLate = 'It was too late to try again.'

const answersByAudience = JSON.stringify(Object.fromEntries(audiences.map(({ key, statuses }) => [key, statuses])))

/**
 * The wire mark: the last look before bytes leave. It marks the rows that may go, and settles those that must not any more
 * (unsubscribed, suppressed, removed, no longer in the audience, too late) with their reason. Unmarked rows are provably unsent.
 * When the carrier of a household may not go for its own sake, the next member becomes carrier in the same statement.
 * Rows that leave in one call are written down with the digest of that call, for a replay must be the same, byte for byte.
 */
export async function markWired(db: Db, { rows, provider, shard }: Marking): Promise<Mark[]> {
  const { rows: marks } = await sql<Mark>`
    -- prepared: mark_wired
    with asked as (
      select * from unnest(
        ${rows.map((r) => r.messageId)}::uuid[], ${rows.map((r) => r.seq)}::int[],
        ${rows.map((r) => r.unitId)}::int[], ${rows.map((r) => r.epoch)}::int[],
        ${rows.map((r) => r.batch?.lo ?? null)}::int[], ${rows.map((r) => r.batch?.generation ?? null)}::smallint[],
        ${rows.map((r) => r.batch?.digest ?? null)}::bytea[]
      ) as a(message_id, seq, unit_id, epoch, batch_lo, batch_generation, digest)
    ), judged as (
      select a.*, d.guest_id, d.variables, case
          when u.id is null or not ${onItsWay} or m.paused_at is not null or d.state <> 'queued' then 'held'
          when m.expires_at <= now() then case when d.attempt > 0 then 'too_late' else 'expired' end
          when m.recipient is not null then 'wired'
          when g.id is null then 'guest_removed'
          when g.unsubscribed_at is not null and not ${isTransactional} then 'unsubscribed'
          when exists (select from suppressions s
            where s.address = d.address and (s.host_id is null or s.host_id = e.host_id)
              and (not ${isTransactional} or s.reason = 'hard_bounce')) then 'suppressed'
          when m.guest_id is null and m.fired_at < now() - ${audienceRecheckAfterMs} * interval '1 ms'
            and not exists (select from unnest(m.audience) key where (${answersByAudience}::jsonb -> key) ? g.rsvp_status::text)
            then 'left_audience'
          else 'wired'
        end as verdict
      from asked a
      join message_deliveries d on d.message_id = a.message_id and d.seq = a.seq
      join scheduled_messages m on m.id = a.message_id
      join events e on e.id = m.event_id
      left join send_units u on u.message_id = a.message_id and u.id = a.unit_id and u.epoch = a.epoch and u.lease_until > now()
      left join guests g on g.id = d.guest_id
    ), moved as (
      update message_deliveries d set
        state = case j.verdict when 'wired' then 'wired' when 'too_late' then 'failed' else 'skipped' end::delivery_state,
        reason = case j.verdict when 'wired' then null when 'too_late' then ${tooLate} else j.verdict end,
        failed_at = case j.verdict when 'too_late' then now() end,
        attempt = d.attempt + (j.verdict = 'wired')::int,
        wired_at = case j.verdict when 'wired' then now() else d.wired_at end,
        provider = ${provider},
        due_at = null
      from judged j
      where d.message_id = j.message_id and d.seq = j.seq and j.verdict <> 'held' and d.state = 'queued'
      returning d.message_id, d.seq, j.verdict, j.variables, d.guest_id
    ), heirs as (
      update message_deliveries d set
        state = 'queued', reason = null, carried_by = null,
        variables = d.variables || case when jsonb_array_length(h.members) > 1 then jsonb_build_object('members', h.members - 0) else '{}' end
      from (select message_id, variables -> 'members' as members from moved
        where verdict in ('guest_removed', 'unsubscribed', 'left_audience') and variables ? 'members') h
      where d.message_id = h.message_id and d.guest_id = (h.members -> 0 ->> 'guestId')::uuid and d.state = 'skipped'
      returning d.message_id, d.guest_id, d.seq
    ), batched as (
      insert into send_batches as b (message_id, lo, generation, seqs, request_hash)
      select message_id, batch_lo, batch_generation, array_agg(seq order by seq), sha256(string_agg(digest, '' order by seq))
      from judged where verdict = 'wired' and batch_lo is not null
      group by message_id, batch_lo, batch_generation
      on conflict (message_id, lo, generation) do update
        set seqs = excluded.seqs, request_hash = excluded.request_hash, first_wired_at = now(), closed_at = null
        where b.closed_at is not null
    ), counted as (
      insert into message_counters as c (message_id, shard, queued, skipped, failed)
      select message_id, ${shard}, -sum(skipped) - sum(failed), sum(skipped), sum(failed)
      from (
        select message_id, (verdict <> 'too_late')::int as skipped, (verdict = 'too_late')::int as failed
        from moved where verdict <> 'wired'
        union all select message_id, -1, 0 from heirs
      ) s group by message_id
      on conflict (message_id, shard) do update set queued = c.queued + excluded.queued,
        skipped = c.skipped + excluded.skipped, failed = c.failed + excluded.failed
    )
    select message_id, seq, verdict from judged`.execute(db)
  return marks
}
