import { sql } from 'kysely'
import { accountsInUse, closedAccounts, type ClosedAccount } from './account-blocks.ts'
import type { Db } from './database.ts'
import { isLimited, rateNow } from './rate-buckets.ts'

export type Account = {
  account: string
  provider: string
  /** In force now, and what the provider allows; null is no limit. */
  rate: number | null
  ceiling: number | null
  mailsLeft: number | null
  closed: ClosedAccount | null
}

/** What live notifiers send through; an account that nobody has had to enter has neither limit nor trouble. */
export async function listAccounts(db: Db): Promise<Account[]> {
  const { rows } = await sql<Omit<Account, 'closed'>>`
    select used.account, used.provider, case when ${isLimited} then ${rateNow} end as rate,
      case when not b.adaptive then b.ceiling end as ceiling, b.mails_left
    from (select distinct account, provider from (${accountsInUse}) all_used) used
    left join rate_buckets b on b.account = used.account
    order by used.provider, used.account`.execute(db)
  const closed = await closedAccounts(db)
  const closingOf = (row: { account: string }) => closed.find(({ account }) => account === row.account) ?? null
  return rows.map((row) => Object.assign(row, { closed: closingOf(row) }))
}
