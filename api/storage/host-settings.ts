import { sql } from 'kysely'
import type { TrackingChoice } from '../domain/tracking.ts'
import type { Db } from './database.ts'

/** Nobody is watched until their host says so. */
const nothingDecided: TrackingChoice = { trackOpens: false, trackClicks: false }

/** What the host has chosen for all their events. */
export async function findHostSettings(db: Db, hostId: string): Promise<TrackingChoice> {
  const query = db.selectFrom('hostSettings').select(['trackOpens', 'trackClicks']).where('hostId', '=', hostId)
  return (await query.executeTakeFirst()) ?? nothingDecided
}

/** What is not mentioned stays as it is. */
export async function changeHostSettings(
  db: Db,
  hostId: string,
  change: Partial<TrackingChoice>,
): Promise<TrackingChoice> {
  return db
    .insertInto('hostSettings')
    .values({ hostId, ...change })
    .onConflict((conflict) => conflict.column('hostId').doUpdateSet({ ...change, updatedAt: sql`now()` }))
    .returning(['trackOpens', 'trackClicks'])
    .executeTakeFirstOrThrow()
}
