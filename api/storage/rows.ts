import { sql } from 'kysely'
import type { DeliveryVariables } from '../domain/content.ts'
import { blindResendsMax } from '../domain/retry.ts'
import type { AmbiguityPolicy } from '../domain/message.ts'
import type { Db } from './database.ts'
import type { Unit } from './units.ts'

export type SendableRow = {
  seq: number
  guestId: string | null
  address: string
  variables: DeliveryVariables
  generation: number
  attempt: number
}

/** A call whose answer was lost: it may only be repeated whole. */
export type OpenBatch = { lo: number; generation: number; seqs: number[]; requestHash: Buffer; ageMs: number }

/** The provider forgets a key after 24 hours (resend.com/docs, idempotency keys); an hour is left for clocks and queues. */
const replayWithinMs = 23 * 3_600_000

export type Rescue = { policy: AmbiguityPolicy; deduplicates: boolean; shard: number }

/**
 * Settles what a former owner of the unit left on the wire. Rows of an open batch stay wired for a replay of the whole batch. Of the
 * others nobody knows whether they were accepted: with a provider that de-duplicates, or under policy resend, they are queued
 * again (three times at most), else they are unknown until evidence or the host settles them. Answers how many became unknown.
 */
export async function rescueWired(db: Db, unit: Unit, { policy, deduplicates, shard }: Rescue): Promise<number> {
  const again = deduplicates ? sql`true` : sql`${policy === 'resend'}::boolean and d.attempt <= ${blindResendsMax}`
  const { rows } = await sql<{ unknown: number }>`
    with stale as (
      update send_batches b set closed_at = now()
      where b.message_id = ${unit.messageId} and b.lo between ${unit.lo} and ${unit.hi} and b.closed_at is null
        and b.first_wired_at < now() - ${replayWithinMs} * interval '1 ms'
      returning b.seqs
    ), rescued as (
      update message_deliveries d set
        state = case when ${again} and not stale_row then 'queued' else 'unknown' end::delivery_state,
        unknown_at = case when ${again} and not stale_row then null else now() end,
        reason = 'The line was lost after the mail was handed over.'
      from (
        select r.seq, exists (select from stale where r.seq = any(stale.seqs)) as stale_row
        from message_deliveries r
        where r.message_id = ${unit.messageId} and r.seq between ${unit.lo} and ${unit.hi} and r.state = 'wired'
          and not exists (select from send_batches b
            where b.message_id = r.message_id and b.closed_at is null and r.seq = any(b.seqs)
              and b.first_wired_at >= now() - ${replayWithinMs} * interval '1 ms')
      ) lost, send_units u
      where d.message_id = ${unit.messageId} and d.seq = lost.seq and d.state = 'wired'
        and u.message_id = d.message_id and u.id = ${unit.id} and u.epoch = ${unit.epoch} and u.lease_until > now()
      returning d.state
    ), counted as (
      insert into message_counters as c (message_id, shard, queued, unknown)
      select ${unit.messageId}, ${shard}, -count(*), count(*) from rescued where state = 'unknown' having count(*) > 0
      on conflict (message_id, shard) do update set queued = c.queued + excluded.queued, unknown = c.unknown + excluded.unknown
    )
    select count(*)::int as unknown from rescued where state = 'unknown'`.execute(db)
  return rows[0]!.unknown
}

/** The rows of a unit that can go now, in order; those that wait for their own time are left out. */
export async function loadQueuedRows(db: Db, unit: Unit): Promise<SendableRow[]> {
  return selectRows(db, unit, sql`and state = 'queued' and (due_at is null or due_at <= now())`)
}

/** Calls of this unit whose answer was lost, each with its rows in the order of the call. */
export async function loadOpenBatches(db: Db, unit: Unit): Promise<(OpenBatch & { rows: SendableRow[] })[]> {
  const { rows: batches } = await sql<OpenBatch>`
    select lo, generation, seqs, request_hash, (extract(epoch from now() - first_wired_at) * 1000)::float8 as age_ms
    from send_batches
    where message_id = ${unit.messageId} and lo between ${unit.lo} and ${unit.hi} and closed_at is null`.execute(db)
  return Promise.all(
    batches.map(async (batch) => {
      const rows = await selectRows(db, unit, sql`and seq = any(${batch.seqs}::int[])`)
      const bySeq = new Map(rows.map((row) => [row.seq, row]))
      return Object.assign(batch, { rows: batch.seqs.map((seq) => bySeq.get(seq)!) })
    }),
  )
}

async function selectRows(db: Db, unit: Unit, condition: ReturnType<typeof sql>): Promise<SendableRow[]> {
  const { rows } = await sql<SendableRow>`
    select seq, guest_id, address, variables, generation, attempt
    from message_deliveries
    where message_id = ${unit.messageId} and seq between ${unit.lo} and ${unit.hi} ${condition}
    order by seq`.execute(db)
  return rows
}
