import { sql } from 'kysely'
import type { Fingerprint } from '../domain/fingerprint.ts'
import type { Db } from './database.ts'

export type NotifierIdentity = {
  host: string
  pid: number
  version: string
  provider: string
  providerAccount: string
  /** Of its settings, for whoever compares replicas. */
  fingerprint?: Fingerprint
  /** Whose events it polls. */
  eventApi?: string
}

/** A notifier that has not been seen for this long is taken for dead; three heartbeats of the default lease fit into it. */
const aliveWithinMs = 30_000

/** Shards of the counters: two live notifiers never share one as long as there are fewer of them than this. */
const shardsMax = 64

/** Enters a new notifier with the lowest counter shard that no live one uses. Shard 0 belongs to the API. */
export async function registerNotifier(db: Db, who: NotifierIdentity): Promise<{ id: string; shard: number }> {
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('notifiers'))`.execute(tx)
    const { rows } = await sql<{ id: string; shard: number }>`
      insert into notifiers (shard, host, pid, version, provider, provider_account, fingerprint, event_api)
      select coalesce((
        select min(s) from generate_series(1, ${shardsMax}) s
        where not exists (select from notifiers n where n.shard = s and ${isAlive})
      ), 1 + ${who.pid}::int % ${shardsMax}), ${who.host}, ${who.pid}, ${who.version}, ${who.provider}, ${who.providerAccount},
        ${JSON.stringify(who.fingerprint ?? {})}::jsonb, ${who.eventApi ?? null}
      returning id, shard`.execute(tx)
    return rows[0]!
  })
}

/** Says that this notifier lives. */
export async function beatNotifier(db: Db, id: string) {
  await sql`update notifiers set seen_at = now() where id = ${id}`.execute(db)
}

/** Says that it has ended well; from now on nobody counts on it. */
export async function stopNotifier(db: Db, id: string) {
  await sql`update notifiers set stopped_at = now(), seen_at = now() where id = ${id}`.execute(db)
}

export type AliveNotifier = {
  id: string
  host: string
  pid: number
  provider: string
  providerAccount: string
  seenAt: Date
  fingerprint: Fingerprint
}

/** Live notifiers, by what they send through. */
export async function aliveNotifiers(db: Db): Promise<AliveNotifier[]> {
  const { rows } = await sql<AliveNotifier>`
    select n.id, n.host, n.pid, n.provider, n.provider_account, n.seen_at, n.fingerprint
    from notifiers n where ${isAlive} order by n.id`.execute(db)
  return rows
}

/** Of a notifier `n`. */
export const isAlive = sql`n.stopped_at is null and n.seen_at > now() - ${aliveWithinMs} * interval '1 ms'`
