import type { StateCounts } from '../../api/storage/operator-inspect.ts'
import type { OperatorMessage } from '../../api/storage/operator-messages.ts'
import type { Drift } from '../../api/storage/operator-recount.ts'

type StateDrift = Pick<Drift, 'queued' | 'accepted' | 'failed' | 'unknown' | 'skipped' | 'cancelled'>

/** Rows minus counters, per state that is counted; a wired row counts as queued. */
export function driftOf(message: OperatorMessage, rows: StateCounts): StateDrift {
  return {
    queued: rows.queued + rows.wired - message.queued,
    accepted: rows.accepted - message.accepted,
    failed: rows.failed - message.failed,
    unknown: rows.unknown - message.unknown,
    skipped: rows.skipped - message.skipped,
    cancelled: rows.cancelled - message.cancelled,
  }
}

/** Total = queued + sent + failed + unknown + skipped + cancelled. Before the end of the expansion there is no total. */
export function totalIsRight({ total }: Pick<OperatorMessage, 'total'>, rows: StateCounts): boolean {
  return total === null || total === Object.values(rows).reduce((sum, n) => sum + n, 0)
}
