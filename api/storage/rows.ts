import { sql, type RawBuilder } from 'kysely'
import type { DeliveryVariables } from '../domain/content.ts'
import { blindResendsMax, replayWithinMs } from '../domain/retry.ts'
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
  /** How long ago the answer to a try was lost; null when all answers are known. */
  doubtForMs?: number | null
  /** Nobody knows whether a former generation arrived, and the host had it sent again. */
  doubted?: boolean
}

/** A call whose answer was lost: it may only be repeated whole. */
export type OpenBatch = { lo: number; generation: number; seqs: number[]; requestHash: Buffer; ageMs: number }

export type Rescue = {
  policy: AmbiguityPolicy
  deduplicates: boolean
  /** See `Transport.evidenceWithinMs`. */
  evidenceWithinMs?: number
  shard: number
}

/**
 * Settles what a former owner of the unit left on the wire. Rows of an open batch stay wired for a replay of the whole batch. Of the
 * others nobody knows whether they were accepted: with a provider that remembers their key they are queued again; under policy resend
 * too (three times at most), or first wait for the provider's word where it gives one. Else they are unknown until evidence or the host
 * settles them. So are rows whose key the provider has forgotten by now. Rows that have waited for a word in vain are queued again.
 * Answers how many became unknown.
 */
export async function rescueWired(db: Db, unit: Unit, rescue: Rescue): Promise<number> {
  return (await isLeftBehind(db, unit)) ? rescueLeftBehind(db, unit, rescue) : 0
}

/** Exported for the test that holds the look against it. */
export async function rescueLeftBehind(db: Db, unit: Unit, rescue: Rescue): Promise<number> {
  const { shard } = rescue
  const { rows } = await sql<{ unknown: number }>`
    with stale as (
      update send_batches b set closed_at = now()
      where b.message_id = ${unit.messageId} and b.lo between ${unit.lo} and ${unit.hi} and b.closed_at is null
        and b.first_wired_at < ${forgottenBefore}
      returning b.seqs
    ), lost as (
      select r.seq, r.state, ${fateOf(rescue)} as fate
      from message_deliveries r join scheduled_messages m on m.id = r.message_id
      where r.message_id = ${unit.messageId} and r.seq between ${unit.lo} and ${unit.hi}
        and (r.state = 'wired' and not exists (select from send_batches b
            where b.message_id = r.message_id and b.closed_at is null and r.seq = any(b.seqs)
              and b.first_wired_at >= ${forgottenBefore})
          or r.state = 'queued' and ${rescue.deduplicates}::boolean and r.in_doubt_since < ${forgottenBefore}
          or r.state = 'unknown' and r.due_at <= now())
    ), rescued as (
      update message_deliveries d set
        state = case lost.fate when 'again' then 'queued' else 'unknown' end::delivery_state,
        due_at = case lost.fate when 'wait' then d.wired_at + ${rescue.evidenceWithinMs ?? 0} * interval '1 ms' end,
        unknown_at = case lost.fate when 'again' then null else coalesce(d.unknown_at, now()) end,
        in_doubt_since = coalesce(d.in_doubt_since, d.wired_at),
        reason = case when lost.state = 'wired' then ${lineLost} else d.reason end
      from lost, send_units u
      where d.message_id = ${unit.messageId} and d.seq = lost.seq and d.state = lost.state
        and u.message_id = d.message_id and u.id = ${unit.id} and u.epoch = ${unit.epoch} and u.lease_until > now()
      returning (new.state = 'unknown')::int - (old.state = 'unknown')::int as unknown
    ), counted as (
      insert into message_counters as c (message_id, shard, queued, unknown)
      select ${unit.messageId}, ${shard}, -sum(unknown), sum(unknown) from rescued having count(*) filter (where unknown <> 0) > 0
      on conflict (message_id, shard) do update set queued = c.queued + excluded.queued, unknown = c.unknown + excluded.unknown
    )
    select count(*)::int as unknown from rescued where unknown = 1`.execute(db)
  return rows[0]!.unknown
}

/** Nearly every unit was nobody's before, and to look costs a fifth of what it costs to rescue nothing. */
async function isLeftBehind(db: Db, { messageId, lo, hi }: Unit): Promise<boolean> {
  const { rows } = await sql`
    -- prepared: left_behind
    select where exists (select from message_deliveries r
        where r.message_id = ${messageId} and r.seq between ${lo} and ${hi}
          and (r.state = 'wired' or r.state = 'unknown' and r.due_at <= now() or r.state = 'queued' and r.in_doubt_since is not null))
      or exists (select from send_batches b
        where b.message_id = ${messageId} and b.lo between ${lo} and ${hi} and b.closed_at is null)`.execute(db)
  return rows.length > 0
}

const lineLost = 'The line was lost after the mail was handed over.'

/** What was first lost before this is no longer known under its key. */
const forgottenBefore = sql`now() - ${replayWithinMs} * interval '1 ms'`

/** 'again' now, 'wait' for the provider's word, or 'held' until somebody says so: of row `r` of message `m`. */
function fateOf({ policy, deduplicates, evidenceWithinMs }: Rescue) {
  if (deduplicates) {
    return sql`case when r.state = 'wired' and coalesce(r.in_doubt_since, r.wired_at) >= ${forgottenBefore}
      and not exists (select from stale where r.seq = any(stale.seqs)) then 'again' else 'held' end`
  }
  const resends = sql`${policy === 'resend'}::boolean and r.attempt <= ${blindResendsMax} and m.expires_at > now()`
  return sql`case when not (${resends}) then 'held' when r.state = 'wired' and ${evidenceWithinMs !== undefined}::boolean
    then 'wait' else 'again' end`
}

/**
 * The rows of a unit that can go now, in order; those that wait for their own time are left out. A mail for a household does not
 * speak of those who were removed while it was on the wire.
 */
export async function loadQueuedRows(db: Db, unit: Unit): Promise<SendableRow[]> {
  return selectRows(db, unit, sql`and state = 'queued' and (due_at is null or due_at <= now())`, stillGuests)
}

const stillGuests = sql`case when variables ? 'members' then jsonb_set(variables, '{members}', (
      select coalesce(jsonb_agg(m.member order by m.place), '[]')
      from jsonb_array_elements(variables -> 'members') with ordinality as m(member, place)
      where exists (select from guests g where g.id = (m.member ->> 'guestId')::uuid)))
    else variables end as variables`

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

async function selectRows(db: Db, unit: Unit, condition: RawBuilder<unknown>, variables = sql`variables`) {
  const { rows } = await sql<SendableRow>`
    select seq, guest_id, address, ${variables}, generation, attempt,
      (extract(epoch from now() - in_doubt_since) * 1000)::float8 as doubt_for_ms,
      doubted_at is not null as doubted
    from message_deliveries
    where message_id = ${unit.messageId} and seq between ${unit.lo} and ${unit.hi} ${condition}
    order by seq`.execute(db)
  return rows
}
