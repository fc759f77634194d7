import { sql } from 'kysely'
import type { Db } from './database.ts'
import { onItsWay } from './on-its-way.ts'
import { isHeld } from './hold.ts'

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

export type Claimant = { notifierId: string; provider: string; leaseMs: number }

/**
 * Claims up to `limit` units whose time has come and which nobody holds, most urgent first. All times are the database's.
 * A unit whose lease ran out is claimed like any other: there is no separate rescue.
 */
export async function claimUnits(db: Db, claimant: Claimant, limit: number): Promise<Unit[]> {
  const { rows } = await claimStatement(claimant, limit).execute(db)
  return rows
}

/** Exported for the test that reads its plan. */
export function claimStatement({ notifierId, provider, leaseMs }: Claimant, limit: number) {
  return sql<Unit>`
    with next as (
      select u.message_id, u.id
      from send_units u join scheduled_messages m on m.id = u.message_id
      where u.run_at <= now() and u.lease_until < now()
        and ${onItsWay} and m.paused_at is null and m.provider = ${provider}
        and not ${isHeld}
      order by u.priority, u.turn, u.run_at, u.message_id, u.id
      limit ${limit}
      for update of u skip locked
    )
    update send_units u
    set lease_owner = ${notifierId}, lease_until = now() + ${leaseMs} * interval '1 ms', epoch = u.epoch + 1,
      crashes = u.crashes + (u.lease_until > '-infinity')::int
    from next
    where u.message_id = next.message_id and u.id = next.id
    returning u.message_id, u.id, u.kind, u.lo, u.hi, u.cursor, u.epoch, u.crashes, u.priority`
}

/** Keeps every unit of this notifier for another lease; answers those it still holds. A unit that is not in the answer is lost. */
export async function renewLeases(db: Db, notifierId: string, leaseMs: number): Promise<UnitKey[]> {
  const { rows } = await sql<UnitKey>`
    update send_units set lease_until = now() + ${leaseMs} * interval '1 ms'
    where lease_owner = ${notifierId} and lease_until > now()
    returning message_id, id, epoch`.execute(db)
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
      set lease_owner = null, lease_until = '-infinity',
        run_at = greatest(waiting.first_due, now() + ${inMs} * interval '1 ms')
      from waiting
      where ${isUnit(unit)} and waiting.n > 0
      returning true
    )
    select exists (select from gone) as gone, exists (select from given_back) as given_back`.execute(db)
  return rows[0]!.gone
}

/** Guards a write on unit `u`: it acts only under the claim it was made with. */
function isUnit({ messageId, id, epoch }: UnitKey) {
  return sql`u.message_id = ${messageId} and u.id = ${id} and u.epoch = ${epoch}`
}

/**
 * Milliseconds until something in the tables comes due: a scheduled message, a unit, or a lease that runs out. Null when nothing will.
 */
export async function msUntilNextDue(db: Db): Promise<number | null> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from least(
      (select min(send_at) from scheduled_messages where status = 'scheduled' and send_at > now()),
      (select min(greatest(u.run_at, u.lease_until))
       from send_units u join scheduled_messages m on m.id = u.message_id
       where m.paused_at is null and greatest(u.run_at, u.lease_until) > now())
    ) - now()) * 1000)::float8 as ms`.execute(db)
  return rows[0]?.ms ?? null
}
