import { sql } from 'kysely'
import { cutUnit } from './cut-unit.ts'
import type { Db } from './database.ts'
import { isInDoubt } from './doubt.ts'
import { isUnit, type Unit } from './units.ts'

/**
 * Claims of a unit that end in a crash before something in it is blamed. A host that is short of memory, or an operator with `kill -9`,
 * hits the same unit a few times by chance, for a process holds many that it has not begun (with three, a storm of 32 kills set 54 of 7,200
 * innocent mails aside); and as long as its rows get fewer from one claim to the next, nothing in it is to blame.
 */
const crashesMax = 6

/** What the host reads beside the guest. */
const parked = 'Writing this mail stopped the sending process again and again, so it was set aside.'

export type Eased = { kind: 'asBefore' | 'halved'; unit: Unit } | { kind: 'parked' }

/**
 * Looks at a unit whose last owner vanished. If its work stands still for the sixth time, something in it ends the process: it is
 * halved, so that half of its guests are free of it, and so on until the row that is to blame stands alone and is set aside. A half
 * that crashes once more is halved at once; one whose work goes on is cleared.
 */
export async function easeCrashed(db: Db, unit: Unit, shard: number): Promise<Eased> {
  const { crashes, waiting } = await noteProgress(db, unit)
  if (crashes < crashesMax) return { kind: 'asBefore', unit: { ...unit, crashes } }
  if (waiting > 1) {
    const half = await cutUnit(db, unit, Math.ceil(waiting / 2), crashesMax - 1)
    return { kind: half.hi < unit.hi ? 'halved' : 'asBefore', unit: half }
  }
  return (await park(db, unit, shard)) ? { kind: 'parked' } : { kind: 'asBefore', unit }
}

/** Counts the crash only if no row was done since the one before. */
async function noteProgress(db: Db, unit: Unit): Promise<{ crashes: number; waiting: number }> {
  const { rows } = await sql<{ crashes: number; waiting: number }>`
    with now_waiting as (
      select count(*)::int as n from message_deliveries
      where message_id = ${unit.messageId} and seq between ${unit.lo} and ${unit.hi} and state in ('queued', 'wired')
    )
    update send_units u set crashes = case when now_waiting.n < u.waiting then 1 else u.crashes end, waiting = now_waiting.n
    from now_waiting where ${isUnit(unit)}
    returning u.crashes, u.waiting`.execute(db)
  return rows[0] ?? { crashes: 0, waiting: 0 }
}

/** A row that was on the wire is not failed by this: it may have been accepted, and is for the rescue to judge; and one in doubt is unknown. */
async function park(db: Db, unit: Unit, shard: number): Promise<boolean> {
  const { rows } = await sql<{ parked: boolean }>`
    with parked as (
      update message_deliveries d set
        state = case when not ${isInDoubt} then 'failed' else 'unknown' end::delivery_state,
        failed_at = case when not ${isInDoubt} then now() end,
        unknown_at = case when ${isInDoubt} then now() end,
        reason = ${parked}, due_at = null
      from send_units u
      where ${isUnit(unit)}
        and d.message_id = u.message_id and d.seq between u.lo and u.hi and d.state = 'queued'
      returning d.message_id, d.state
    ), counted as (
      insert into message_counters as c (message_id, shard, queued, failed, unknown)
      select message_id, ${shard}, -count(*), count(*) filter (where state = 'failed'), count(*) filter (where state = 'unknown')
      from parked group by message_id
      on conflict (message_id, shard) do update set queued = c.queued + excluded.queued, failed = c.failed + excluded.failed,
        unknown = c.unknown + excluded.unknown
    )
    select exists (select from parked) as parked`.execute(db)
  return rows[0]!.parked
}
