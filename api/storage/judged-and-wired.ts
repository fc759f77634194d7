import { sql, type RawBuilder } from 'kysely'
import { audiences } from '../domain/audiences.ts'
import { transactionalKinds } from '../domain/message.ts'
import { rsvpStatuses } from '../domain/rsvp.ts'
import { isHeld } from './hold.ts'
import { onItsWay } from './on-its-way.ts'
import type { Row } from './wire.ts'

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

/** For a statement that does more than this: its parts, and the question for what became of each row. */
export function judgedAndWired(rows: readonly Row[], provider: string) {
  return sql`${judged(rows)}, ${wired(sql`judged`, provider)}`
}

/**
 * The arrays come by way of a subquery, which hides their length: the planner then makes one plan for every length and keeps it, where
 * it would else plan each mark anew (measured: half of what the mark cost).
 */
export function judged(rows: readonly Row[]) {
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

export function wired(from: RawBuilder<unknown>, provider: string) {
  return sql`wired as (
      update message_deliveries d set
        state = 'wired', wired_at = now(), attempt = d.attempt + 1, provider = ${provider}, reason = null, failed_at = null, due_at = null
      from ${from} j
      where d.message_id = j.message_id and d.seq = j.seq and j.verdict = 'wired' and d.state = 'queued'
      returning d.message_id, d.seq
    )`
}

/** A row that was judged good and could not be marked is in neither half: it was cancelled at this moment, and is held. */
export function verdicts(from: RawBuilder<unknown>, waitMs: RawBuilder<unknown>) {
  return sql`
    select message_id, seq, 'wired' as verdict, null as wait_ms from wired
    union all select message_id, seq, verdict, ${waitMs} from ${from} where verdict <> 'wired'`
}

export const verdictsOfAll = verdicts(sql`judged`, sql`null::float8`)
