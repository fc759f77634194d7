import { sql } from 'kysely'
import { burstReason, isInBurst, waitsForOthersMs, type Click } from '../domain/click-bursts.ts'
import type { Db } from './database.ts'
import { keyOf, type TakenReport } from './feedback-rows.ts'

type StoredClick = Click & { messageId: string; seq: number; provider: string }

/** The reports with what only their neighbours tell: clicks on several links of one mail at once are a machine's, the first like the last. */
export async function withBursts(tx: Db, reports: readonly TakenReport[]): Promise<TakenReport[]> {
  const open = reports.filter((report) => waitsForOthersMs(report) > 0)
  if (open.length === 0) return [...reports]
  const neighbours = Map.groupBy(await clicksOf(tx, open), mailOf)
  return reports.map((report) => {
    const { link, happenedAt: at } = report
    if (waitsForOthersMs(report) === 0 || link === undefined) return report
    return isInBurst({ link, at }, neighbours.get(mailOf(report)) ?? []) ? { ...report, machine: burstReason } : report
  })
}

/** All clicks of these mails that are in the inbox, applied or not. */
async function clicksOf(tx: Db, reports: readonly TakenReport[]): Promise<StoredClick[]> {
  const { rows } = await sql<StoredClick>`
    select message_id, seq, provider, link, happened_at as at
    from provider_events
    where kind = 'clicked' and link is not null and (message_id, seq) in (
      select * from unnest(${reports.map((r) => r.messageId)}::uuid[], ${reports.map((r) => r.seq)}::int[]))`.execute(
    tx,
  )
  return rows
}

/** Two reporters of one click call its link by different names, and would be two links. */
function mailOf(click: { messageId: string; seq: number; provider: string }): string {
  return `${keyOf(click)} ${click.provider}`
}
