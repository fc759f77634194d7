import { sql } from 'kysely'
import type { FrequencyCap, FrequencyLimit } from '../domain/frequency-cap.ts'
import { transactionalKinds } from '../domain/message.ts'
import type { Db } from './database.ts'
import { isInDoubt } from './doubt.ts'
import type { Row } from './wire.ts'

// How often an address was mailed lately, by one host: across hosts it would tell one of them about the guests of another.

type Sql = ReturnType<typeof sql>

/** SQL: message `m` is of a kind that counts. */
const counts = sql`m.kind <> all(${sql.lit(`{${transactionalKinds.join()}}`)}::message_kind[])`

/** The cap as it holds for one message, whose own mails never count. Its window ends at `endsAt`, or now. */
export type CapInForce = { limit: FrequencyLimit; messageId?: string; endsAt?: Date | null }

/**
 * SQL: this host has mailed the address as often as the limit allows. What waits to be sent counts as sent now: it will be, before this. Not so
 * what its host has paused: a message that corrects it must not be kept back by it.
 */
export function isMailedEnough(address: Sql, hostId: Sql, { limit, messageId, endsAt }: CapInForce) {
  const since = sql`greatest(now(), ${endsAt ?? null}::timestamptz) - ${limit.hours} * interval '1 hour'`
  const waits = sql`when d.state = 'queued' and m.paused_at is null then now()`
  // With an offset it stays a question that is asked for each guest, and ends with the last mail that matters.
  return sql`exists (${mailsTo({ address, hostId, besides: sql`${messageId ?? null}::uuid`, since, waits })} offset ${limit.mails - 1}::int)`
}

/**
 * SQL: a row for each mail of this host to the address since then, besides those of one message. One whose answer was lost may have gone, and
 * counts. Each step is looked up by key, so that it costs what this person got and not what the host has sent; `offset 0` keeps it so. Mails to
 * a guest who has been removed since, or has another address now, are not found: an index on where mails went would be written by every send.
 */
function mailsTo(asked: { address: Sql; hostId: Sql; besides: Sql; since: Sql; waits: Sql }) {
  const { address, hostId, besides, since, waits } = asked
  return sql`select
      from (
        select o.id from guests o cross join lateral (select from events e where e.id = o.event_id and e.host_id = ${hostId} offset 0) e
        where o.email = ${address} offset 0
      ) o
      cross join lateral (select d.message_id, d.state, d.accepted_at, d.wired_at, d.in_doubt_since, d.doubted_at from message_deliveries d
        where d.guest_id = o.id and d.address = ${address} and d.message_id is distinct from ${besides} offset 0) d
      cross join lateral (select m.paused_at from scheduled_messages m
        where m.id = d.message_id and ${counts} offset 0) m
      where case
        ${waits}
        when d.state in ('accepted', 'wired', 'unknown') or (d.state = 'queued' and ${isInDoubt}) then coalesce(d.accepted_at, d.wired_at)
      end > ${since}`
}

/** A mark with a cap is another text, and has a plan of its own; one without is as if there were none. */
export function markName(name: string, cap: FrequencyCap | undefined) {
  return sql.raw(cap ? `${name}_capped` : name)
}

/** What a wire mark asks of each message with a cap: the limit of its kind, or none. */
export function limitsOf(cap: FrequencyCap) {
  const limit = sql`${JSON.stringify(cap)}::jsonb -> m.kind::text`
  return sql` (${limit} ->> 'mails')::int as cap_mails, (${limit} ->> 'hours')::int as cap_hours,`
}

/**
 * The last step of a judgement with a cap, over the rows that were `seen`. Of two messages that are on one page, the more urgent goes. The other
 * is held, and looked at again when it is known whether that one went.
 */
export const judgedByCap = sql`judged as (
      select at, message_id, seq, priority, case
          when verdict <> 'wired' or cap_mails is null then verdict
          when mailed >= cap_mails then 'frequency_capped'
          when mailed + beside >= cap_mails then 'held'
          else verdict
        end as verdict
      from (
        select s.*, m.mailed, count(*) filter (where s.verdict = 'wired' and (s.cap_mails is null or m.mailed < s.cap_mails)) over (
          partition by s.host_id, s.address, s.must_go order by s.priority, s.message_id, s.seq
          rows between unbounded preceding and 1 preceding) as beside
        from seen s
        cross join lateral (select count(*)::int as mailed from (
          ${mailsTo({
            address: sql`s.address`,
            hostId: sql`s.host_id`,
            besides: sql`s.message_id`,
            since: sql`now() - s.cap_hours * interval '1 hour'`,
            waits: sql``,
          })} and s.verdict = 'wired' and s.cap_mails is not null limit s.cap_mails
        ) mails) m
      ) weighed
    )`

/**
 * Marks of one host go one after another while there is a cap: two notifiers that mark mails of two messages at the same moment would see
 * neither of them. The lock comes in a statement of its own, because what a statement sees is settled when it begins.
 */
export function inTurn<T>(
  db: Db,
  { rows, cap }: { rows: readonly Row[]; cap?: FrequencyCap },
  mark: (db: Db) => Promise<T>,
): Promise<T> {
  if (!cap) return mark(db)
  const messageIds = [...new Set(rows.map(({ messageId }) => messageId))]
  const locked = async (tx: Db) => {
    await sql`
      -- prepared: take_turn_of_hosts
      select pg_advisory_xact_lock(hashtext('frequency cap'), host) from (
        select distinct hashtext(e.host_id::text) as host from scheduled_messages m join events e on e.id = m.event_id
        where m.id = any(${messageIds}::uuid[]) and ${counts}
        order by 1
      ) hosts`.execute(tx)
    return mark(tx)
  }
  return db.isTransaction ? locked(db) : db.transaction().execute(locked)
}
