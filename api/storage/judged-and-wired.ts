import { sql } from 'kysely'
import { audiences } from '../domain/audiences.ts'
import type { FrequencyCap } from '../domain/frequency-cap.ts'
import { transactionalKinds } from '../domain/message.ts'
import { rsvpStatuses } from '../domain/rsvp.ts'
import { judgedByCap, limitsOf } from './frequency-cap.ts'
import { isHeld } from './hold.ts'
import { onItsWay } from './on-its-way.ts'
import { leftUnopened } from './unopened.ts'
import type { Mark, Row } from './wire.ts'

// The parts of a wire mark: who may go, marking those, and the answer for each row. See `markWired`.

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

/** The units that rows belong to, each with its rows in order: what is asked of a unit is asked once. */
function byUnit(rows: readonly Row[]) {
  const units = new Map<string, { unit: Row; seqs: number[] }>()
  for (const row of inOrder(rows)) {
    const name = `${row.messageId}/${row.unitId}/${row.epoch}`
    const known = units.get(name)
    if (known) known.seqs.push(row.seq)
    else units.set(name, { unit: row, seqs: [row.seq] })
  }
  return [...units.values()]
}

/** In the order in which whoever stops messages locks their rows, so that neither waits for the other in a circle. */
const inOrder = (rows: readonly Row[]) =>
  rows.toSorted((a, b) => (a.messageId === b.messageId ? a.seq - b.seq : a.messageId < b.messageId ? -1 : 1))

/**
 * Two steps. `doors`: what holds for all rows of a unit, asked of its message and its claim. `judged`: what holds for each row; it knows
 * where the row lies (`at`), so that marking it needs no index. A row that changes meanwhile lies elsewhere, and is not marked.
 *
 * Each row is looked up by its key: `offset 0` keeps the planner, which takes the rows for more than they are, from reading whole tables.
 * The arrays come by way of a subquery, which hides their length: the planner then makes one plan for every length and keeps it, where
 * it would else plan each mark anew (measured: half of what the mark cost).
 *
 * With a cap there is a step between, `seen`, and `judged` looks at how often each address was mailed lately.
 */
export function judged(rows: readonly Row[], cap?: FrequencyCap) {
  const units = byUnit(rows)
  return sql`doors as materialized (
      select a.message_id, a.seqs::int[] as seqs, u.priority, m.guest_id as only_guest, m.recipient is not null as to_host, e.host_id,
        ${isTransactional} as must_go,${cap ? limitsOf(cap) : sql``}
        case when m.fired_at < now() - ${audienceRecheckAfterMs} * interval '1 ms' then m.audience end as audience_asked_again,
        case when m.fired_at < now() - ${audienceRecheckAfterMs} * interval '1 ms' then m.resend_of end as first_asked_again,
        case
          when u.id is null or not ${onItsWay} or m.paused_at is not null or ${isHeld} then 'held'
          when m.end_reason is not null then 'given_up'
          when m.expires_at <= now() then 'past'
        end as verdict
      from unnest(
        (select ${units.map(({ unit }) => unit.messageId)}::uuid[]), (select ${units.map(({ unit }) => unit.unitId)}::int[]),
        (select ${units.map(({ unit }) => unit.epoch)}::int[]), (select ${units.map(({ seqs }) => `{${seqs.join()}}`)}::text[])
      ) as a(message_id, unit_id, epoch, seqs)
      cross join lateral (select * from scheduled_messages m where m.id = a.message_id offset 0) m
      cross join lateral (select host_id from events e where e.id = m.event_id offset 0) e
      left join lateral (select id, priority from send_units u
        where u.message_id = a.message_id and u.id = a.unit_id and u.epoch = a.epoch and u.lease_until > now() offset 0) u on true
    ), ${sql.raw(cap ? 'seen as materialized' : 'judged as')} (
      select d.ctid as at, d.message_id, d.seq, o.priority, ${sql.raw(cap ? 'd.address, o.host_id, o.must_go, o.cap_mails, o.cap_hours, ' : '')}case
          when d.state <> 'queued' then 'held'
          when o.verdict = 'past' then case when d.attempt > 0 then 'too_late' else 'expired' end
          when o.verdict is not null then o.verdict
          when o.to_host then 'wired'
          when g.id is null then 'guest_removed'
          when g.unsubscribed_at is not null and not o.must_go then 'unsubscribed'
          when exists (select from suppressions s
            where s.address = d.address and (s.host_id is null or s.host_id = o.host_id)
              and (not o.must_go or s.reason = 'hard_bounce')) then 'suppressed'
          when o.only_guest is null
            and not o.audience_asked_again && (${audiencesByAnswer}::jsonb ->> g.rsvp_status::text)::text[] then 'left_audience'
          -- It is sent again, and the guest has opened the first mail meanwhile.
          when o.first_asked_again is not null and not ${leftUnopened(sql`d.guest_id`, sql`o.first_asked_again`)} then 'left_audience'
          else 'wired'
        end as verdict
      from doors o cross join lateral unnest(o.seqs) as a(seq)
      cross join lateral (select ctid, * from message_deliveries d where d.message_id = o.message_id and d.seq = a.seq offset 0) d
      left join lateral (select id, unsubscribed_at, rsvp_status from guests g where g.id = d.guest_id offset 0) g on true
    )${cap ? sql`, ${judgedByCap}` : sql``}`
}

/** Marks the rows of the step `from` that may go. Where that step does not know where a row lies, it is looked up by its key. */
export function wired(provider: string, from: 'judged' | 'decided' = 'judged') {
  // Asked for together and not joined: for each row of a join the server would ask the system how large the table is.
  const rows =
    from === 'judged'
      ? sql`where d.ctid = any(array(select at from judged where verdict = 'wired'))`
      : sql`from decided j where d.message_id = j.message_id and d.seq = j.seq and j.verdict = 'wired'`
  return sql`wired as (
      update message_deliveries d set
        state = 'wired', wired_at = now(), attempt = d.attempt + 1, provider = ${provider}, reason = null, failed_at = null, due_at = null
      ${rows} and d.state = 'queued'
      returning d.message_id, d.seq
    )`
}

/** Rows of one message that share a verdict. */
export type SharedVerdict = { messageId: string; verdict: Mark['verdict']; seqs: number[] }

/** A row that was judged good and could not be marked is in neither half: it was cancelled at this moment, and is held. */
export const verdicts = sql`
    select message_id, 'wired' as verdict, array_agg(seq) as seqs from wired group by message_id
    union all select message_id, verdict, array_agg(seq) from judged where verdict <> 'wired' group by message_id, verdict`

export function marksOf(shared: readonly SharedVerdict[]): Mark[] {
  return shared.flatMap(({ messageId, verdict, seqs }) => seqs.map((seq) => ({ messageId, seq, verdict })))
}
