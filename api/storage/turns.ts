import { sql, type RawBuilder } from 'kysely'
import type { Db } from './database.ts'

/** A host with work of one priority. `expiresAt`: when the work it comes with is of no use any more. */
export type Comer = { hostId: string; priority: number; expiresAt: Date | null }

/**
 * Lets hosts take their place among those who wait, before they add units: a host that is new starts at the turn that is being
 * served, so that it neither waits for a long message of somebody else nor overtakes all; one that is there keeps its place. The
 * places stay for the rest of the caller's transaction: one that goes idle at this moment is not dropped under the new units.
 */
export async function takeTurns(db: Db, comers: readonly Comer[]): Promise<void> {
  const wanted = new Set(comers.map(({ priority, hostId }) => `${priority} ${hostId}`)).size
  for (let held = 0; held < wanted;) {
    await addTurns(db, comers)
    held = await keepTurns(db, comers)
  }
}

async function addTurns(db: Db, comers: readonly Comer[]) {
  // In the order of the key, so that two transactions with the same new hosts never wait for each other in a circle.
  await sql`
    insert into send_turns (priority, host_id, turn, expires_at)
    select c.priority, c.host_id, coalesce((select min(t.turn) from send_turns t where t.priority = c.priority), 0),
      min(coalesce(c.expires_at, 'infinity'))
    from unnest(${comers.map((c) => c.priority)}::smallint[], ${comers.map((c) => c.hostId)}::uuid[],
      ${comers.map((c) => c.expiresAt)}::timestamptz[]) as c(priority, host_id, expires_at)
    group by 1, 2 order by 1, 2
    on conflict do nothing`.execute(db)
}

/** The lock that a foreign key takes: claims move the turn all the same. Answers how many there are; one may have gone just now. */
async function keepTurns(db: Db, comers: readonly Comer[]): Promise<number> {
  const { rows } = await sql`
    select from send_turns t
    where (t.priority, t.host_id) in (select * from unnest(${comers.map((c) => c.priority)}::smallint[],
      ${comers.map((c) => c.hostId)}::uuid[]))
    order by t.priority, t.host_id
    for key share`.execute(db)
  return rows.length
}

/** Where a message starts among those of its host: beside the first unit that nobody has had yet. */
export function turnAmongOwn(hostId: RawBuilder<unknown>, priority: RawBuilder<unknown>) {
  const own = sql`from send_units o where o.priority = ${priority} and o.host_id = ${hostId}`
  return sql`coalesce((select min(o.turn) ${own} and o.epoch = 0), (select max(o.turn) ${own}), 0)`
}

/**
 * Removes the turns of hosts that have no work any more; one that comes back starts anew. A turn whose host is adding work at this
 * moment is locked by that, and passed over.
 */
export async function dropIdleTurns(db: Db): Promise<void> {
  const idle = sql`not exists (select from send_units u where u.priority = t.priority and u.host_id = t.host_id)`
  await sql`
    with idle as (
      select t.priority, t.host_id from send_turns t where ${idle} for update of t skip locked
    )
    delete from send_turns t using idle where t.priority = idle.priority and t.host_id = idle.host_id and ${idle}`.execute(
    db,
  )
}

/** The host whose turn a message's units wait for. */
export async function hostOf(db: Db, messageId: string): Promise<string> {
  const { rows } = await sql<{ hostId: string }>`
    select e.host_id from scheduled_messages m join events e on e.id = m.event_id where m.id = ${messageId}`.execute(db)
  return rows[0]!.hostId
}
