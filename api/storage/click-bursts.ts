import { sql } from 'kysely'
import { burstMs, burstReason, isInBurst, waitsForOthersMs, type Click } from '../domain/click-bursts.ts'
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

/**
 * The clicks of these mails that are in the inbox, applied or not, and near enough to matter. Of each mail and link one that is near tells
 * as much as a thousand: whoever clicks all day keeps nobody from applying the reports of the others.
 */
async function clicksOf(tx: Db, reports: readonly TakenReport[]): Promise<StoredClick[]> {
  const { rows } = await sql<StoredClick>`
    select distinct e.message_id, e.seq, e.provider, e.link, e.happened_at as at
    from unnest(${reports.map((r) => r.messageId)}::uuid[], ${reports.map((r) => r.seq)}::int[],
      ${reports.map((r) => r.happenedAt)}::timestamptz[]) as r(message_id, seq, at)
    join provider_events e on e.message_id = r.message_id and e.seq = r.seq and e.kind = 'clicked' and e.link is not null
      and e.happened_at between r.at - ${burstMs} * interval '1 ms' and r.at + ${burstMs} * interval '1 ms'`.execute(tx)
  return rows
}

/** Two reporters of one click call its link by different names, and would be two links. */
function mailOf(click: { messageId: string; seq: number; provider: string }): string {
  return `${keyOf(click)} ${click.provider}`
}
