import { sql } from 'kysely'
import { isBlockKind, type BlockKind } from '../domain/account-block.ts'
import { storable } from '../domain/storable.ts'
import type { Db } from './database.ts'
import { isAlive } from './notifiers.ts'
import { isLimited, rateNow, type AccountKey } from './rate-buckets.ts'

export type Block = { kind: BlockKind; reason: string; reply?: string }

/**
 * What all replicas know of their account. `limited`: each call needs a token, of which there are `rate` a second. `blockedForMs` is 0
 * when mails may leave, `failures` the blocks in a row behind it.
 */
export type AccountState = {
  limited: boolean
  rate: number | null
  /** The rate that the provider allows, when it has said so. */
  ceiling: number | null
  blockedForMs: number
  kind: BlockKind | null
  reason: string | null
  reply: string | null
  failures: number
}

/** An account that nobody has entered has neither limit nor trouble. */
export const freeAccount: AccountState = {
  ...{ limited: false, rate: null, ceiling: null },
  ...{ blockedForMs: 0, kind: null, reason: null, reply: null, failures: 0 },
}

export async function readAccount(db: Db, account: string): Promise<AccountState> {
  const { rows } = await sql<AccountState & { kind: string | null }>`
    select coalesce(${isLimited} or b.mails_left is not null, false) as limited, ${rateNow} as rate,
      case when not b.adaptive then b.ceiling end as ceiling, b.blocked_kind as kind, b.blocked_reason as reason, b.blocked_reply as reply,
      greatest(0, extract(epoch from b.blocked_until - now()) * 1000)::float8 as blocked_for_ms, b.failures
    from rate_buckets b where b.account = ${account}`.execute(db)
  const [row] = rows
  if (!row) return freeAccount
  return { ...row, kind: row.kind === null || isBlockKind(row.kind) ? row.kind : 'away' }
}

/**
 * Closes an account for all replicas; whoever asks for longer gets it. A refusal while it is closed already says nothing new, so it does
 * not count again. `failed`: it counts as one more failure in a row, and one call goes first when the time is over.
 */
export async function blockAccount(
  db: Db,
  { account, provider }: AccountKey,
  { kind, reason, reply, forMs, failed }: Block & { forMs: number; failed: boolean },
) {
  const words = reply === undefined || reply === null ? null : storable(reply.slice(0, replyMax))
  const count = failed ? 1 : 0
  await sql`
    insert into rate_buckets as b (account, provider, blocked_until, blocked_kind, blocked_reason, blocked_reply, failures)
    values (${account}, ${provider}, now() + ${forMs}::float8 * interval '1 ms', ${kind}, ${storable(reason)}, ${words}, ${count})
    on conflict (account) do update set
      failures = b.failures + case when b.blocked_until > now() then 0 else ${count} end,
      blocked_until = excluded.blocked_until, blocked_kind = excluded.blocked_kind, blocked_reason = excluded.blocked_reason,
      blocked_reply = excluded.blocked_reply, probe_until = null
    where b.blocked_until is null or b.blocked_until < excluded.blocked_until`.execute(db)
}

/** Enough of a provider's words for whoever asks why. */
const replyMax = 500

/** After a block, whoever is answered true makes the first call; the others wait for what becomes of it. */
export async function mayProbe(db: Db, account: string, withinMs: number): Promise<boolean> {
  const { rows } = await sql`
    update rate_buckets set probe_until = now() + ${withinMs}::float8 * interval '1 ms'
    where account = ${account} and (blocked_until is null or blocked_until <= now())
      and (probe_until is null or probe_until <= now())
    returning 1`.execute(db)
  return rows.length > 0
}

/** There was nothing to make the first call with: somebody else may. */
export async function giveUpProbe(db: Db, account: string) {
  await sql`update rate_buckets set probe_until = null where account = ${account}`.execute(db)
}

/** The account was looked at and seems to be in order. It is open, but the first call still goes alone. */
export async function endBlock(db: Db, account: string) {
  await sql`
    update rate_buckets set probe_until = null, blocked_until = null, blocked_kind = null, blocked_reason = null, blocked_reply = null
    where account = ${account}`.execute(db)
}

/** The account takes mail again. */
export async function openAccount(db: Db, account: string) {
  await sql`
    update rate_buckets set failures = 0, probe_until = null,
      blocked_until = null, blocked_kind = null, blocked_reason = null, blocked_reply = null
    where account = ${account}`.execute(db)
}

/** Somebody says that it is mended: whoever waits for this provider looks now and not when the time is over. */
export async function lookAgain(db: Db, provider: string) {
  await sql`
    update rate_buckets set blocked_until = now()
    where provider = ${provider} and blocked_until > now() and blocked_kind in ('misconfigured', 'away')`.execute(db)
}

/** What live notifiers send through; a row of an account that was given up says nothing. */
export const accountsInUse = sql`select n.provider_account as account, n.provider from notifiers n where ${isAlive}`

export type ClosedAccount = {
  account: string
  provider: string
  kind: string
  reason: string
  reply: string | null
  until: Date
}

/** A shorter wait is over before anybody has read of it. */
const worthTellingMs = 10_000

/** Accounts of live notifiers that take no mail for a while, for readiness, hosts and the operator. */
export async function closedAccounts(db: Db): Promise<ClosedAccount[]> {
  const { rows } = await sql<ClosedAccount>`
    select b.account, b.provider, b.blocked_kind as kind, b.blocked_reason as reason, b.blocked_reply as reply, b.blocked_until as until
    from rate_buckets b
    where b.blocked_until > now() + ${worthTellingMs} * interval '1 ms' and b.account in (select account from (${accountsInUse}) used)
    order by b.blocked_until`.execute(db)
  return rows
}
