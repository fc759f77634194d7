import type { Metrics } from '../contract/metrics.ts'
import { messageLabel } from '../domain/message-label.ts'
import { ratesOf } from '../domain/rates.ts'
import { upliftOf } from '../domain/uplift.ts'
import type { Db } from '../storage/database.ts'
import { readFigures, type FiguresRow } from '../storage/figures.ts'
import { countsOf } from '../storage/message-counts.ts'

/** How these messages stand now, by id. Read afresh each time and kept nowhere: who watches sees what the rows say. */
export async function readSnapshots(db: Db, messageIds: readonly string[]): Promise<Map<string, Metrics>> {
  const rows = await readFigures(db, messageIds)
  return new Map(rows.map((row) => [row.id, snapshotOf(row)]))
}

function snapshotOf(row: FiguresRow): Metrics {
  const { id, eventId, kind, status, reopened, additionalOpens, originalOpens } = row
  const counts = countsOf(row)
  return {
    message: {
      ...{ id, eventId, kind, status, reopened },
      label: messageLabel(row),
      pausedAt: row.pausedAt?.toISOString() ?? null,
      firedAt: row.firedAt?.toISOString() ?? null,
      finishedAt: row.finishedAt?.toISOString() ?? null,
    },
    counts,
    rates: ratesOf(counts),
    ...(additionalOpens !== null && originalOpens !== null && { uplift: upliftOf({ additionalOpens, originalOpens }) }),
    at: row.at.toISOString(),
  }
}
