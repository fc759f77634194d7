import { sql } from 'kysely'
import type { Db } from './database.ts'
import { isHeld } from './hold.ts'
import { onItsWay } from './on-its-way.ts'
import type { Unit } from './units.ts'

export type Claimant = { notifierId: string; provider: string; leaseMs: number }

export type Wish = {
  /** Units at most. */
  units: number
  /** Deliveries: no further unit is added to a claim that has as many. */
  rows?: number
  /** Only priorities in this range; 0 is the most urgent. */
  from?: number
  to?: number
}

/** More rows than any claim has, and the least urgent priority that its column (a smallint) can hold. */
const anyRows = 2 ** 31
const anyPriority = 32_767

/** Two notifiers that ask in the same millisecond want the same units; the one that comes second asks again. */
const triesMax = 3

/**
 * Claims units whose time has come and which nobody holds: the most urgent priority first, within it hosts by turn, within a host
 * messages by turn. All times are the database's. A unit whose lease ran out is claimed like any other: there is no separate rescue.
 */
export async function claimUnits(db: Db, claimant: Claimant, wish: Wish): Promise<Unit[]> {
  for (let attempt = 1; ; attempt++) {
    const { rows } = await claimStatement(claimant, wish).execute(db)
    const { wanted, units } = rows[0]!
    if (units.length > 0 || wanted === 0 || attempt === triesMax) return units
  }
}

/**
 * The hosts with work whose turn is least, the first units of each, and of these as many as are wished for; a host's turn counts on
 * within one claim. What is chosen is then locked, unless somebody else was faster, and the turns move on by what was really claimed.
 * Units are never waited for, turns only in the order of their key. Exported for the test that reads its plan.
 */
export function claimStatement({ notifierId, provider, leaseMs }: Claimant, wish: Wish) {
  const { units, rows = anyRows, from = 0, to = anyPriority } = wish
  // The message is looked up for each unit: `offset 0` keeps the planner from starting with all messages that are being sent, which it
  // takes for few when the last statistics are from before a herd.
  const claimable = sql`
    from send_units u cross join lateral (
      select from scheduled_messages m
      where m.id = u.message_id and ${onItsWay} and m.paused_at is null and m.provider = ${provider}
      offset 0
    ) sendable
    where u.priority = t.priority and u.host_id = t.host_id and u.run_at <= now() and u.lease_until < now()`
  const inOrder = sql`u.turn, u.expires_at, u.message_id, u.id`
  const before = sql`rows between unbounded preceding and 1 preceding`
  return sql<{ wanted: number; units: Unit[] }>`
    -- prepared: claim_units
    with hosts as materialized (
      select t.* from send_turns t cross join lateral (select ${claimable} order by ${inOrder} limit 1) has_work
      where t.priority between ${from} and ${to} and not ${isHeld}
      order by t.priority, t.turn, t.expires_at, t.host_id
      limit ${units}
    ), heads as (
      select u.*, t.turn + coalesce(sum(u.size) over (partition by t.priority, t.host_id order by ${inOrder} ${before}), 0) as host_turn
      from hosts t cross join lateral (
        select u.priority, u.turn, u.expires_at, u.message_id, u.id, u.hi - u.lo + 1 as size
        ${claimable} order by ${inOrder} limit ${units}
      ) u
    ), line as (
      select message_id, id, row_number() over next as place, coalesce(sum(size) over (next ${before}), 0) as rows_before
      from heads window next as (order by priority, host_turn, expires_at, message_id, id)
    ), wanted as materialized (
      select * from line where place <= ${units} and rows_before < ${rows}
    ), mine as (
      select u.message_id, u.id, u.priority, u.host_id, u.hi - u.lo + 1 as size, w.place
      from send_units u join wanted w using (message_id, id)
      where u.run_at <= now() and u.lease_until < now()
      for update of u skip locked
    ), moving as (
      select t.priority, t.host_id from send_turns t
      where (t.priority, t.host_id) in (select priority, host_id from mine)
      order by t.priority, t.host_id
      for no key update
    ), moved as (
      update send_turns t set turn = t.turn + served.size
      from moving join (select priority, host_id, sum(size) as size from mine group by 1, 2) served using (priority, host_id)
      where t.priority = moving.priority and t.host_id = moving.host_id
    ), claimed as (
      update send_units u set
        lease_owner = ${notifierId}, lease_until = now() + ${leaseMs} * interval '1 ms', epoch = u.epoch + 1,
        crashes = u.crashes + (u.lease_until > '-infinity' and u.lease_owner is distinct from ${notifierId})::int
      from mine
      where u.message_id = mine.message_id and u.id = mine.id
      returning mine.place, jsonb_build_object('messageId', u.message_id, 'id', u.id, 'kind', u.kind, 'lo', u.lo, 'hi', u.hi,
        'cursor', u.cursor, 'epoch', u.epoch, 'crashes', u.crashes, 'priority', u.priority) as unit
    )
    select (select count(*) from wanted)::int as wanted, coalesce(jsonb_agg(unit order by place), '[]') as units
    from claimed`
}
