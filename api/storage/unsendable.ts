import { sql } from 'kysely'
import type { SkipReason } from '../domain/delivery.ts'
import type { Db } from './database.ts'
import { isInDoubt, mayHaveGone } from './doubt.ts'
import { heirsOf } from './heirs.ts'
import type { Row } from './wire.ts'

/** A row that must not go any more, and why. */
export type Unsendable = { messageId: string; seq: number; verdict: 'too_late' | 'given_up' | SkipReason }

export type Settling = { rows: readonly Row[]; verdicts: readonly Unsendable[]; provider: string; shard: number }

const tooLate = 'It was too late to try again.'

/** For a guest's own sake; the rest of the household is still to be reached. */
const ownReasons: readonly SkipReason[] = ['guest_removed', 'unsubscribed', 'left_audience']

/**
 * Skips rows whose guests must not be mailed any more, fails those whose second try comes too late, and cancels those that came back from
 * the wire after their message was given up. One whose first answer was lost is unknown instead: that mail may have gone. When the
 * carrier of a household may not go for its own sake, the next member becomes carrier in the same statement, which moves the counters too.
 * Of a guest who was removed while the mail was on the wire neither address nor words are kept.
 */
export async function settleUnsendable(db: Db, { rows, verdicts, provider, shard }: Settling): Promise<void> {
  await sql`
    with given as (
      select v.message_id, v.seq, v.verdict from unnest(
        ${verdicts.map((v) => v.messageId)}::uuid[], ${verdicts.map((v) => v.seq)}::int[], ${verdicts.map((v) => v.verdict)}::text[]
      ) as v(message_id, seq, verdict)
      join unnest(
        ${rows.map((r) => r.messageId)}::uuid[], ${rows.map((r) => r.seq)}::int[],
        ${rows.map((r) => r.unitId)}::int[], ${rows.map((r) => r.epoch)}::int[]
      ) as a(message_id, seq, unit_id, epoch) on a.message_id = v.message_id and a.seq = v.seq
      join send_units u on u.message_id = a.message_id and u.id = a.unit_id and u.epoch = a.epoch and u.lease_until > now()
    ), moved as (
      update message_deliveries d set
        state = case when ${isInDoubt} then 'unknown' when v.verdict = 'too_late' then 'failed'
          when v.verdict = 'given_up' then 'cancelled' else 'skipped' end::delivery_state,
        reason = case when ${isInDoubt} then ${mayHaveGone} when v.verdict = 'too_late' then ${tooLate}
          when v.verdict = 'given_up' then d.reason else v.verdict end,
        failed_at = case when not ${isInDoubt} and v.verdict = 'too_late' then now() end,
        unknown_at = case when ${isInDoubt} then now() end,
        provider = ${provider},
        address = case when v.verdict <> 'guest_removed' then d.address end,
        variables = case when v.verdict <> 'guest_removed' then d.variables else '{}' end,
        due_at = null
      from given v
      where d.message_id = v.message_id and d.seq = v.seq and d.state = 'queued'
      returning d.message_id, d.guest_id, v.verdict, new.state, old.variables -> 'members' as members
    ), left_behind as (
      select * from moved where verdict = any(${[...ownReasons]}::text[]) and members is not null
    ), ${heirsOf(sql`left_behind`)}
    insert into message_counters as c (message_id, shard, queued, skipped, failed, unknown, cancelled)
    select message_id, ${shard}, -sum(skipped) - sum(failed) - sum(unknown) - sum(cancelled),
      sum(skipped), sum(failed), sum(unknown), sum(cancelled)
    from (
      select message_id, (state = 'skipped')::int as skipped, (state = 'failed')::int as failed, (state = 'unknown')::int as unknown,
        (state = 'cancelled')::int as cancelled
      from moved
      union all select message_id, -1, 0, 0, 0 from heirs
    ) s group by message_id
    on conflict (message_id, shard) do update set queued = c.queued + excluded.queued, skipped = c.skipped + excluded.skipped,
      failed = c.failed + excluded.failed, unknown = c.unknown + excluded.unknown, cancelled = c.cancelled + excluded.cancelled`.execute(
    db,
  )
}
