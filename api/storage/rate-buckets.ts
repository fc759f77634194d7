import { sql } from 'kysely'
import type { Db } from './database.ts'

/** A provider account; equal for all replicas with the same configuration. */
export type AccountKey = { account: string; provider: string }

/** Calls that may leave at once after a rest: a quarter of a second's worth, and one at least. */
const burstSeconds = 0.25
/** Of the bucket, kept for what guests and hosts wait for (priority 0). */
const urgentShare = 0.2
/** Of the ceiling, regained each second after slowing down: additive increase, from half to whole in ten seconds. */
const regainedPerSecond = 0.05
/** Each request to slow down halves the rate: multiplicative decrease. Lines that are refused together are one request. */
const oneSlowdownWithinMs = 1000
/** Slower than one call in ten seconds is not slow but stopped, which is what a block is for. */
const rateMin = 0.1

/** The rate in force now, of bucket `b`. */
export const rateNow = sql`least(b.ceiling, b.rate + b.ceiling * ${sql.lit(regainedPerSecond)} * greatest(0, extract(epoch from now() - b.rate_at)))::float8`

/** Whether calls have to be counted at all; a limit of our own making ends by itself. */
export const isLimited = sql`(b.ceiling is not null and (not b.adaptive or ${rateNow} < b.ceiling))`

/**
 * Enters what the account allows. The bucket keeps its tokens, so that a replica that starts brings none along. Null is no limit, and
 * ends one of our own making too.
 */
export async function setRate(db: Db, { account, provider }: AccountKey, callsPerSecond: number | null) {
  const burst = callsPerSecond === null ? null : Math.max(1, callsPerSecond * burstSeconds) / (1 - urgentShare)
  await sql`
    insert into rate_buckets as b (account, provider, ceiling, rate, burst, tokens)
    values (${account}, ${provider}, ${callsPerSecond}::float8, ${callsPerSecond}::float8, ${burst}::float8, coalesce(${burst}::float8, 0))
    on conflict (account) do update set ceiling = excluded.ceiling, burst = excluded.burst, adaptive = false,
      rate = case when b.ceiling > 0 and excluded.ceiling > 0 then least(excluded.ceiling, b.rate * excluded.ceiling / b.ceiling)
        else excluded.rate end
    where b.ceiling is distinct from excluded.ceiling or b.adaptive`.execute(db)
}

/**
 * Halves the rate because the provider asked for it. An account without a limit gets one, from the calls a second that were `measured`
 * here; it ends when the rate has grown back.
 */
export async function slowDown(db: Db, { account, provider }: AccountKey, measured: number) {
  const ceiling = Math.max(1, measured)
  const burst = Math.max(1, ceiling * burstSeconds) / (1 - urgentShare)
  await sql`
    insert into rate_buckets as b (account, provider, ceiling, rate, burst, tokens, adaptive)
    values (${account}, ${provider}, ${ceiling}::float8, ${ceiling / 2}::float8, ${burst}::float8, 0, true)
    on conflict (account) do update set
      rate = case when ${isLimited} then greatest(${rateMin}, ${rateNow} / 2) else excluded.rate end,
      ceiling = case when ${isLimited} then b.ceiling else excluded.ceiling end,
      burst = case when ${isLimited} then b.burst else excluded.burst end,
      adaptive = b.adaptive or b.ceiling is null,
      tokens = least(b.tokens, 0), updated_at = greatest(b.updated_at, now()), rate_at = now()
    where not ${isLimited} or b.rate_at < now() - ${oneSlowdownWithinMs} * interval '1 ms' or b.rate >= b.ceiling`.execute(
    db,
  )
}

/** Whoever is answered true asks the provider for its quota now; the others use what is written down. Once a minute for all replicas. */
export async function mayAskQuota(db: Db, { account, provider }: AccountKey): Promise<boolean> {
  const { rows } = await sql`
    insert into rate_buckets as b (account, provider, mails_left_until)
    values (${account}, ${provider}, now() + ${quotaHoldsMs} * interval '1 ms')
    on conflict (account) do update set mails_left_until = excluded.mails_left_until
    where b.mails_left_until is null or b.mails_left_until <= now()
    returning 1`.execute(db)
  return rows.length > 0
}

/** SES answers GetSendQuota once a second at most; once a minute is enough to see a quota end. */
const quotaHoldsMs = 60_000

/** Enters what is left of the daily quota; null when there is none. */
export async function setMailsLeft(db: Db, { account }: AccountKey, mailsLeft: number | null) {
  await sql`update rate_buckets set mails_left = ${mailsLeft} where account = ${account}`.execute(db)
}

/**
 * The steps of a statement that draw a token for each call. They follow the step `asked`, which tells of each row its call, its priority
 * and its verdict, and end with `decided`: rows of a call without a token have the verdict 'wait' and a time. Priority 0 comes first,
 * and alone may take the last fifth of the bucket.
 *
 * The bucket is locked, so that replicas take turns; whoever waited for the lock may have an older now() than the bucket.
 */
export function drawTokens(account: string) {
  return sql`
    bucket as (
      select ${rateNow} as rate, b.burst, b.mails_left,
        least(b.burst, b.tokens + ${rateNow} * greatest(0, extract(epoch from now() - b.updated_at)))::float8 as tokens,
        greatest(0, extract(epoch from b.blocked_until - now()))::float8 as blocked_s,
        greatest(0, extract(epoch from b.mails_left_until - now()))::float8 as quota_s
      from rate_buckets b where b.account = ${account} for update
    ), calls as (
      select message_id, call, min(priority) as priority, count(*) as mails,
        row_number() over turns as nth, sum(count(*)) over turns as mails_so_far
      from asked where verdict = 'wired' group by message_id, call
      window turns as (order by (min(priority) > 0), message_id, call)
    ), weighed as (
      select c.*, k.blocked_s, k.quota_s, k.rate, k.mails_left,
        k.tokens - c.nth + 1 - case when c.priority = 0 then 1 else 1 + k.burst * ${sql.lit(urgentShare)} end as spare
      from calls c cross join bucket k
    ), granted as (
      select message_id, call, mails from weighed
      where blocked_s = 0 and coalesce(spare, 0) > -1e-9 and mails_so_far <= coalesce(mails_left, mails_so_far)
    ), drawn as (
      update rate_buckets b set
        tokens = coalesce(k.tokens - (select count(*) from granted), b.tokens), updated_at = greatest(b.updated_at, now()),
        mails_left = b.mails_left - (select coalesce(sum(mails), 0) from granted)
      from bucket k where b.account = ${account}
    ), decided as (
      select a.message_id, a.seq, case when waits then 'wait' else a.verdict end as verdict,
        case when waits then coalesce(1000 * greatest(w.blocked_s, -w.spare / w.rate, case when w.mails_so_far > w.mails_left then w.quota_s end),
          ${sql.lit(waitUnknownMs)})::float8 end as wait_ms
      from asked a
      left join granted g on g.message_id = a.message_id and g.call = a.call
      left join weighed w on w.message_id = a.message_id and w.call = a.call
      cross join lateral (select a.verdict = 'wired' and g.call is null as waits) s
    )`
}

/** When the bucket itself is missing: it is entered again within a second. */
const waitUnknownMs = 1000

/** A token for a call whose rows are wired already, as a replay's are; its mails were counted then. Answers how long to wait; 0: it may leave. */
export async function drawForReplay(db: Db, account: string, priority: number): Promise<number> {
  const { rows } = await sql<{ waitMs: number | null }>`
    with asked as (
      select '00000000-0000-0000-0000-000000000000'::uuid as message_id, 1 as seq, 1 as call, ${priority}::int as priority, 'wired' as verdict
    ), ${drawTokens(account)}
    select max(wait_ms) as wait_ms from decided`.execute(db)
  return rows[0]?.waitMs ?? 0
}
