import { sql } from 'kysely'
import type { Db } from './database.ts'

/** A notifier's right to work on a range of deliveries for a short while. Every write names the epoch of the claim it acts under. */
export type UnitKey = { messageId: string; id: number; epoch: number }

export type Unit = UnitKey & {
  kind: 'expand' | 'send'
  lo: number
  hi: number
  /** Where an expansion goes on. */
  cursor: { after: string | null; seq: number } | null
  /** How often a claim of this unit ran out without being given back. */
  crashes: number
  priority: number
}

/**
 * Keeps these units for another lease; answers those that the notifier still holds. One that is not in the answer is lost. A claim whose
 * answer never arrived is nobody's work: it is not among them, and runs out as that of a dead process does.
 */
export async function renewLeases(
  db: Db,
  notifierId: string,
  units: readonly UnitKey[],
  leaseMs: number,
): Promise<UnitKey[]> {
  const { rows } = await sql<UnitKey>`
    update send_units u set lease_until = now() + ${leaseMs} * interval '1 ms'
    from unnest(${units.map((unit) => unit.messageId)}::uuid[], ${units.map((unit) => unit.id)}::int[],
      ${units.map((unit) => unit.epoch)}::int[]) as k(message_id, id, epoch)
    where u.message_id = k.message_id and u.id = k.id and u.epoch = k.epoch
      and u.lease_owner = ${notifierId} and u.lease_until > now()
    returning u.message_id, u.id, u.epoch`.execute(db)
  return rows
}

/**
 * Ends the work on a unit. One that has no row left to send is deleted; one with rows that wait is given back for
 * the moment the first of them is due, but not before `inMs`. A row whose fate is unknown waits, too, while it is due for another
 * look. The unit is locked first: a host who has failed rows tried again holds it meanwhile, and those are seen then.
 * Answers whether the unit is gone.
 */
export function settleUnit(db: Db, unit: UnitKey & { lo: number; hi: number }, inMs = 0): Promise<boolean> {
  const settle = async (tx: Db) => {
    await sql`
      -- prepared: lock_unit
      select from send_units u where ${isUnit(unit)} for update`.execute(tx)
    return settleLocked(tx, unit, inMs)
  }
  return db.isTransaction ? settle(db) : db.transaction().execute(settle)
}

async function settleLocked(db: Db, unit: UnitKey & { lo: number; hi: number }, inMs: number): Promise<boolean> {
  const { rows } = await sql<{ gone: boolean }>`
    -- prepared: settle_unit
    with waiting as (
      select count(*) as n, min(coalesce(due_at, now())) as first_due
      from message_deliveries
      where message_id = ${unit.messageId} and seq between ${unit.lo} and ${unit.hi}
        and (state in ('queued', 'wired') or (state = 'unknown' and due_at is not null))
    ), gone as (
      delete from send_units u using waiting
      where ${isUnit(unit)} and waiting.n = 0
      returning true
    ), given_back as (
      update send_units u
      set lease_owner = null, lease_until = '-infinity', crashes = 0, waiting = null,
        run_at = greatest(waiting.first_due, now() + ${inMs} * interval '1 ms')
      from waiting
      where ${isUnit(unit)} and waiting.n > 0
    )
    select exists (select from gone) as gone`.execute(db)
  return rows[0]!.gone
}

/** Guards a write on unit `u`: it acts only under the claim it was made with, and only while that lasts. */
export function isUnit({ messageId, id, epoch }: UnitKey) {
  return sql`u.message_id = ${messageId} and u.id = ${id} and u.epoch = ${epoch} and u.lease_until > now()`
}
