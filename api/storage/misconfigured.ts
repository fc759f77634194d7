import { sql } from 'kysely'
import type { PauseReason } from '../domain/pause-reason.ts'
import { storable } from '../domain/storable.ts'
import type { Db } from './database.ts'
import { isAlive } from './notifiers.ts'
import { onItsWay } from './on-its-way.ts'
import type { AccountKey } from './rate-buckets.ts'

const reason: PauseReason = 'misconfigured'

/**
 * Pauses every message that is on its way through a provider that refuses the account: no attempt is burnt, and its hosts read why. Not
 * while a live notifier sends through another account of that provider, which takes the mails instead. Answers the messages.
 */
export async function pauseForAccount(
  db: Db,
  { account, provider }: AccountKey,
  reply: string | null,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update scheduled_messages m set paused_at = now(), pause_reason = ${reason}, pause_reply = ${reply && storable(reply)},
      version = version + 1, updated_at = now()
    where ${onItsWay} and m.paused_at is null and m.provider = ${provider}
      and not exists (
        select from notifiers n
        where n.provider = ${provider} and n.provider_account <> ${account} and ${isAlive}
          and not exists (select from rate_buckets b where b.account = n.provider_account and b.blocked_until > now()))
    returning m.id`.execute(db)
  return rows.map(({ id }) => id)
}

/** Whether messages wait for the operator to mend the provider's account, under whatever name it had then. */
export async function isAnyPausedForAccount(db: Db, { provider }: AccountKey): Promise<boolean> {
  const { rows } = await sql`
    select from scheduled_messages m
    where ${onItsWay} and m.pause_reason = ${reason} and m.provider = ${provider} limit 1`.execute(db)
  return rows.length > 0
}

/** The account works again: messages that were paused for its sake, and only those, go on. Answers them. */
export async function resumeForAccount(db: Db, { provider }: AccountKey): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update scheduled_messages m set paused_at = null, pause_reason = null, pause_reply = null,
      version = version + 1, updated_at = now()
    where ${onItsWay} and m.pause_reason = ${reason} and m.provider = ${provider}
    returning m.id`.execute(db)
  return rows.map(({ id }) => id)
}
