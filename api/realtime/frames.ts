import type { EventFrame } from '../contract/realtime.ts'
import type { Metrics } from '../contract/metrics.ts'
import type { Db } from '../storage/database.ts'
import { readStats } from '../storage/rsvp-stats.ts'
import type { Told } from './feed.ts'
import { readSnapshots } from './snapshot.ts'
import type { Kind } from './watcher.ts'

/** How each kind of thing that is watched is read, and what is said about it. */
export const reads: Record<Kind, (db: Db, ids: readonly string[]) => Promise<Map<string, Told>>> = {
  async message(db, ids) {
    const snapshots = await readSnapshots(db, ids)
    return new Map([...snapshots].map(([id, snapshot]) => [id, toldOf(snapshot)]))
  },
  async event(db, ids) {
    const rows = await readStats(db, ids)
    return new Map(
      rows.map(({ id, at, ...stats }) => [id, toldOf({ type: 'event', eventId: id, stats, at: at.toISOString() })]),
    )
  },
}

/** That time went by is no news. */
function toldOf(said: Metrics | EventFrame): Told {
  const { at, ...rest } = said
  return { frame: { json: JSON.stringify(said), at: new Date(at) }, news: JSON.stringify(rest) }
}
