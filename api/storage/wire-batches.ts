import { sql } from 'kysely'
import { judged, marksOf, verdicts, wired, type SharedVerdict } from './judged-and-wired.ts'
import type { Db } from './database.ts'
import { markName } from './frequency-cap.ts'
import { drawTokens } from './rate-buckets.ts'
import type { BatchedRow, Mark, Marking } from './wire.ts'

/** Rows that leave in calls with others: each call is written down with the digest of its mails. */
export async function markBatches(db: Db, { rows, provider, cap }: Marking): Promise<Mark[]> {
  const { rows: shared } = await sql<SharedVerdict>`
    -- prepared: ${markName('mark_batches', cap)}
    with ${judged(rows, cap)}, ${wired(provider)}, ${batched(rows)}
    ${verdicts}`.execute(db)
  return marksOf(shared)
}

/** The same, with a token for each call. Costs more, but who has a limit sends slowly. */
export async function markWithinLimit(db: Db, { rows, provider, account, cap }: Marking): Promise<Mark[]> {
  const { rows: marks } = await sql<Mark>`
    -- prepared: ${markName('mark_within_limit', cap)}
    with ${judged(rows, cap)}, asked as (
      select j.message_id, j.seq, j.priority, j.verdict, coalesce(c.lo, j.seq) as call
      from judged j join ${batchColumns(rows)} on c.message_id = j.message_id and c.seq = j.seq
    ), ${drawTokens(account!)}, ${wired(provider, 'decided')}, ${batched(rows)}
    select message_id, seq, 'wired' as verdict, null as wait_ms from wired
    union all select message_id, seq, verdict, wait_ms from decided where verdict <> 'wired'`.execute(db)
  return marks
}

function batched(rows: readonly BatchedRow[]) {
  return sql`batched as (
      insert into send_batches as b (message_id, lo, generation, seqs, request_hash)
      select w.message_id, c.lo, c.generation, array_agg(c.seq order by c.seq), sha256(string_agg(c.digest, '' order by c.seq))
      from wired w join ${batchColumns(rows)} on c.message_id = w.message_id and c.seq = w.seq
      where c.lo is not null
      group by w.message_id, c.lo, c.generation
      on conflict (message_id, lo, generation) do update
        set seqs = excluded.seqs, request_hash = excluded.request_hash, first_wired_at = now(), closed_at = null
        where b.closed_at is not null
    )`
}

function batchColumns(rows: readonly BatchedRow[]) {
  return sql`unnest(
        ${rows.map((r) => r.messageId)}::uuid[], ${rows.map((r) => r.seq)}::int[], ${rows.map((r) => r.batch?.lo ?? null)}::int[],
        ${rows.map((r) => r.batch?.generation ?? null)}::smallint[], ${rows.map((r) => r.batch?.digest ?? null)}::bytea[]
      ) as c(message_id, seq, lo, generation, digest)`
}
