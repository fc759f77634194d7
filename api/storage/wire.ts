import { sql, type RawBuilder } from 'kysely'
import { audiences } from '../domain/audiences.ts'
import type { SkipReason } from '../domain/delivery.ts'
import { transactionalKinds } from '../domain/message.ts'
import { rsvpStatuses } from '../domain/rsvp.ts'
import type { Db } from './database.ts'
import { isHeld } from './hold.ts'
import { onItsWay } from './on-its-way.ts'
import { drawTokens } from './rate-buckets.ts'
import { settleUnsendable, type Unsendable } from './unsendable.ts'

/** A row about to be handed over, under the claim that holds its unit. */
export type Row = { messageId: string; seq: number; unitId: number; epoch: number }

/** A row that leaves in one call with others: the first row of that call, and a digest of this row's mail. */
export type BatchedRow = Row & { batch?: { lo: number; generation: number; digest: Buffer } }

/**
 * 'wired': the bytes may leave. 'held': not now (paused, stopped, or the claim is lost); the row is as it was. 'wait': as 'held', because
 * the provider account had no token for its call; there may be one in `waitMs`.
 */
export type Mark = {
  messageId: string
  seq: number
  verdict: 'wired' | 'held' | 'wait' | 'too_late' | 'given_up' | SkipReason
  waitMs?: number | null
}

export type Marking = {
  rows: readonly BatchedRow[]
  provider: string
  shard: number
  /** The provider account, if it has a limit: each call then draws a token of its bucket. */
  account?: string
}

/** After this long the audience is asked again: a guest who declined an hour ago gets no "see you soon". */
export const audienceRecheckAfterMs = 10 * 60_000

/** They reach guests who unsubscribed, as the audience says too; an address that does not exist stays unreachable. */
const isTransactional = sql`(m.kind = any(${sql.lit(`{${transactionalKinds.join()}}`)}::message_kind[]))`

/** For each answer, the audiences whose guests gave it: `{"pending": "{everyone,pending}", ...}`, arrays as PostgreSQL writes them. */
const audiencesByAnswer = JSON.stringify(
  Object.fromEntries(
    rsvpStatuses.map((answer) => {
      const keys = audiences
        .filter(({ statuses }) => statuses.some((status) => status === answer))
        .map(({ key }) => key)
      return [answer, `{${keys.join()}}`]
    }),
  ),
)

/**
 * The wire mark: the last look before bytes leave. It marks the rows that may go, and settles those that must not any more (unsubscribed,
 * suppressed, removed, no longer in the audience, too late, or given up while they were on the wire) with their reason. Unmarked rows are
 * provably unsent.
 * Rows that leave in one call are written down with the digest of that call, for a replay must be the same, byte for byte.
 *
 * It runs for every handful of mails, so it holds only what each of them needs; those that must not go have a statement of their own.
 */
export async function markWired(db: Db, marking: Marking): Promise<Mark[]> {
  const isBatched = marking.rows.some(({ batch }) => batch !== undefined)
  const mark = marking.account !== undefined ? markWithinLimit : isBatched ? markBatches : markRows
  const { rows: marks } = await mark(marking).execute(db)
  await settleThoseLeftOut(db, marking, marks)
  return marks
}

export async function settleThoseLeftOut(db: Db, marking: Marking, marks: readonly Mark[]): Promise<void> {
  const unsendable = marks.filter((each): each is Mark & Unsendable => !staysQueued.includes(each.verdict))
  if (unsendable.length > 0) await settleUnsendable(db, { ...marking, verdicts: unsendable })
}

const staysQueued: readonly Mark['verdict'][] = ['wired', 'held', 'wait']

function markRows({ rows, provider }: Marking) {
  return sql<Mark>`
    -- prepared: mark_wired
    with ${judgedAndWired(rows, provider)}
    ${verdictsOfAll}`
}

function markBatches({ rows, provider }: Marking) {
  return sql<Mark>`
    -- prepared: mark_batches
    with ${judgedAndWired(rows, provider)}, ${batched(rows)}
    ${verdictsOfAll}`
}

/** The same, with a token for each call. Costs more, but who has a limit sends slowly. */
function markWithinLimit({ rows, provider, account }: Marking) {
  return sql<Mark>`
    -- prepared: mark_within_limit
    with ${judged(rows)}, asked as (
      select j.message_id, j.seq, j.priority, j.verdict, coalesce(c.lo, j.seq) as call
      from judged j join ${batchColumns(rows)} on c.message_id = j.message_id and c.seq = j.seq
    ), ${drawTokens(account!)}, ${wired(sql`decided`, provider)}, ${batched(rows)}
    ${verdicts(sql`decided`, sql`wait_ms`)}`
}

/** For a statement that does more than this: its parts, and the question for what became of each row. */
export function judgedAndWired(rows: readonly Row[], provider: string) {
  return sql`${judged(rows)}, ${wired(sql`judged`, provider)}`
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

/**
 * The arrays come by way of a subquery, which hides their length: the planner then makes one plan for every length and keeps it, where
 * it would else plan each mark anew (measured: half of what the mark cost).
 */
function judged(rows: readonly Row[]) {
  return sql`judged as (
      select a.*, u.priority, case
          when u.id is null or not ${onItsWay} or m.paused_at is not null or d.state <> 'queued' or ${isHeld} then 'held'
          when m.status = 'sending' and m.end_reason is not null then 'given_up'
          when m.expires_at <= now() then case when d.attempt > 0 then 'too_late' else 'expired' end
          when m.recipient is not null then 'wired'
          when g.id is null then 'guest_removed'
          when g.unsubscribed_at is not null and not ${isTransactional} then 'unsubscribed'
          when exists (select from suppressions s
            where s.address = d.address and (s.host_id is null or s.host_id = e.host_id)
              and (not ${isTransactional} or s.reason = 'hard_bounce')) then 'suppressed'
          when m.guest_id is null and m.fired_at < now() - ${audienceRecheckAfterMs} * interval '1 ms'
            and not m.audience && (${audiencesByAnswer}::jsonb ->> g.rsvp_status::text)::text[] then 'left_audience'
          else 'wired'
        end as verdict
      from unnest(
        (select ${rows.map((r) => r.messageId)}::uuid[]), (select ${rows.map((r) => r.seq)}::int[]),
        (select ${rows.map((r) => r.unitId)}::int[]), (select ${rows.map((r) => r.epoch)}::int[])
      ) as a(message_id, seq, unit_id, epoch)
      join message_deliveries d on d.message_id = a.message_id and d.seq = a.seq
      join scheduled_messages m on m.id = a.message_id
      join events e on e.id = m.event_id
      left join send_units u on u.message_id = a.message_id and u.id = a.unit_id and u.epoch = a.epoch and u.lease_until > now()
      left join guests g on g.id = d.guest_id
    )`
}

function wired(from: RawBuilder<unknown>, provider: string) {
  return sql`wired as (
      update message_deliveries d set
        state = 'wired', wired_at = now(), attempt = d.attempt + 1, provider = ${provider}, reason = null, failed_at = null, due_at = null
      from ${from} j
      where d.message_id = j.message_id and d.seq = j.seq and j.verdict = 'wired' and d.state = 'queued'
      returning d.message_id, d.seq
    )`
}

/** A row that was judged good and could not be marked is in neither half: it was cancelled at this moment, and is held. */
function verdicts(from: RawBuilder<unknown>, waitMs: RawBuilder<unknown>) {
  return sql`
    select message_id, seq, 'wired' as verdict, null as wait_ms from wired
    union all select message_id, seq, verdict, ${waitMs} from ${from} where verdict <> 'wired'`
}

export const verdictsOfAll = verdicts(sql`judged`, sql`null::float8`)
