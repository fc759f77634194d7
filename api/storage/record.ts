import { sql } from 'kysely'
import { isFirstMessageIdOf } from '../domain/mail.ts'
import type { Outcome } from '../domain/retry.ts'
import { storable } from '../domain/storable.ts'
import type { Db } from './database.ts'
import { isInDoubt } from './doubt.ts'
import type { Row } from './wire.ts'

export type RecordedOutcome = Row & { outcome: Outcome }

/** A call that got a definite answer; it will not be replayed. */
export type ClosedBatch = { messageId: string; lo: number; generation: number }

export type Recording = { outcomes: readonly RecordedOutcome[]; closed: readonly ClosedBatch[]; shard: number }

/** `surprises`: acceptances of rows that nobody expected one for any more, which means that a mail went twice. */
export type Recorded = { moved: number; surprises: number }

/**
 * Writes what became of a batch of mails, and moves the counters with it, in one statement. An acceptance is evidence: it holds for any row
 * that is not final, whatever happened to the claim. Everything else needs the claim that the row was wired under. A mail that cannot be
 * written was never wired: it fails from the queue, or is unknown when an earlier try may have gone.
 */
export async function recordOutcomes(db: Db, recording: Recording): Promise<Recorded> {
  // A batch that is closed while its rows are still wired could not be told from one whose answer was lost: both, or neither.
  if (recording.closed.length > 0 && !db.isTransaction) {
    return db.transaction().execute((tx) => recordOutcomes(tx, recording))
  }
  const { outcomes, closed } = recording
  const moved = outcomes.length > 0 ? (await recordStatement(recording).execute(db)).rows[0]!.moved : 0
  if (closed.length > 0) await closeBatches(db, closed)
  return { moved, surprises: moved < outcomes.length ? await countSurprises(db, outcomes) : 0 }
}

/** The arrays come by way of a subquery for the planner's sake, as in the wire mark. */
function recordStatement({ outcomes, shard }: Recording) {
  const column = <T>(read: (outcome: Outcome) => T) => outcomes.map(({ outcome }) => read(outcome))
  return sql<{ moved: number }>`
    -- prepared: record_outcomes
    with moved as (
      update message_deliveries d set
        state = g.state,
        provider_message_id = coalesce(g.provider_message_id, d.provider_message_id),
        reason = g.reason,
        reply = g.reply,
        attempt = d.attempt - g.given_back,
        due_at = now() + g.due_in_ms * interval '1 ms',
        in_doubt_since = case when g.in_doubt then coalesce(d.in_doubt_since, d.wired_at) else d.in_doubt_since end,
        accepted_at = case when g.state = 'accepted' then now() else d.accepted_at end,
        failed_at = case when g.state = 'failed' then now() end,
        unknown_at = case when g.state = 'unknown' then now() end
      from unnest(
        (select ${outcomes.map((o) => o.messageId)}::uuid[]), (select ${outcomes.map((o) => o.seq)}::int[]),
        (select ${outcomes.map((o) => o.unitId)}::int[]), (select ${outcomes.map((o) => o.epoch)}::int[]),
        (select ${column((o) => o.state)}::delivery_state[]),
        (select ${outcomes.map(nameGiven)}::text[]),
        (select ${column((o) => (o.state === 'accepted' ? null : storable(o.reason)))}::text[]),
        (select ${column(replyOf)}::text[]),
        (select ${column(dueInMs)}::float8[]),
        (select ${column((o) => (o.state === 'queued' && !o.attemptBurnt ? 1 : 0))}::int[]),
        (select ${column((o) => o.state === 'unknown' || 'inDoubt' in o)}::boolean[])
      ) as g(message_id, seq, unit_id, epoch, state, provider_message_id, reason, reply, due_in_ms, given_back, in_doubt)
      where d.message_id = g.message_id and d.seq = g.seq and case g.state
        when 'accepted' then d.state in ('queued', 'wired', 'unknown')
        else case g.state
            when 'failed' then d.state in ('wired', 'queued')
            when 'unknown' then d.state = 'wired' or d.state = 'queued' and ${isInDoubt}
            else d.state = 'wired'
          end and exists (select from send_units u
            where u.message_id = g.message_id and u.id = g.unit_id and u.epoch = g.epoch and u.lease_until > now())
        end
      returning d.message_id, old.state as was, new.state as is
    ), counted as (
      insert into message_counters as c (message_id, shard, queued, accepted, failed, unknown)
      select message_id, ${shard},
        -count(*) filter (where was in ('queued', 'wired') and "is" not in ('queued', 'wired')),
        count(*) filter (where "is" = 'accepted'),
        count(*) filter (where "is" = 'failed'),
        count(*) filter (where "is" = 'unknown') - count(*) filter (where was = 'unknown')
      from moved group by message_id
      on conflict (message_id, shard) do update set queued = c.queued + excluded.queued,
        accepted = c.accepted + excluded.accepted, failed = c.failed + excluded.failed, unknown = c.unknown + excluded.unknown
    )
    select count(*)::int as moved from moved`
}

/** The counters for a step of rows that are accepted now. */
export function countAccepted(shard: number, step: 'moved' | 'settled') {
  return sql`counted as (
      insert into message_counters as c (message_id, shard, queued, accepted, unknown)
      select message_id, ${shard}, -count(*) filter (where was <> 'unknown'), count(*), -count(*) filter (where was = 'unknown')
      from ${sql.raw(step)} group by message_id
      on conflict (message_id, shard) do update set
        queued = c.queued + excluded.queued, accepted = c.accepted + excluded.accepted, unknown = c.unknown + excluded.unknown
    )`
}

/**
 * What the provider calls the mail. A server that gives it no name of its own knows it by our Message-ID, which the row's key spells for a
 * first generation: that is nearly every mail, and it is not written down again (measured: 57 bytes of log per mail).
 */
export function nameGiven({ outcome, ...row }: RecordedOutcome): string | null {
  if (
    outcome.state !== 'accepted' ||
    outcome.providerMessageId === '' ||
    isFirstMessageIdOf(row, outcome.providerMessageId)
  )
    return null
  return storable(outcome.providerMessageId)
}

/** A provider's answer is kept for whoever asks why; servers have been seen to send megabytes. */
const replyMax = 2000

export function replyOf({ reply }: Outcome): string | null {
  return reply === undefined ? null : storable(reply.slice(0, replyMax))
}

function dueInMs(outcome: Outcome): number | null {
  return 'dueInMs' in outcome && outcome.dueInMs !== undefined ? Math.round(outcome.dueInMs) : null
}

/** Asked only when a row did not move: it may have been accepted before, under another name. */
export async function countSurprises(db: Db, outcomes: readonly RecordedOutcome[]): Promise<number> {
  const accepted = outcomes.filter(({ outcome }) => outcome.state === 'accepted')
  const { rows } = await sql<{ surprises: number }>`
    select count(*)::int as surprises
    from unnest(
      ${accepted.map((o) => o.messageId)}::uuid[], ${accepted.map((o) => o.seq)}::int[], ${accepted.map(nameGiven)}::text[]
    ) as g(message_id, seq, provider_message_id)
    join message_deliveries d on d.message_id = g.message_id and d.seq = g.seq
    where d.state = 'accepted' and d.provider_message_id is distinct from g.provider_message_id`.execute(db)
  return rows[0]!.surprises
}

/** One that still has rows on the wire stays open: whoever said that it is over had lost the claim, and somebody else repeats it. */
async function closeBatches(db: Db, closed: readonly ClosedBatch[]) {
  await sql`
    update send_batches b set closed_at = now()
    from unnest(${closed.map((c) => c.messageId)}::uuid[], ${closed.map((c) => c.lo)}::int[],
      ${closed.map((c) => c.generation)}::int[]) as c(message_id, lo, generation)
    where b.message_id = c.message_id and b.lo = c.lo and b.generation = c.generation
      and not exists (select from message_deliveries d
        where d.message_id = b.message_id and d.seq = any(b.seqs) and d.state = 'wired')`.execute(db)
}
