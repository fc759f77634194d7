import { sql } from 'kysely'
import type { Db } from './database.ts'
import { isUnit, type Unit } from './units.ts'

/**
 * Keeps about `rows` of a claimed unit and leaves the rest to others, as a unit of its own that is as suspect as `crashes` says; the
 * host's turn goes back by what it does not get now. It is cut before a row that is queued: a household stays behind the one who carries
 * its mail, and a call that may have to be replayed stays whole.
 * @returns the unit as it is now; as it was when there is nowhere to cut, or when it is not ours any more.
 */
export async function cutUnit(db: Db, unit: Unit, rows: number, crashes = 0): Promise<Unit> {
  const { rows: cut } = await sql<{ hi: number }>`
    with waiting as materialized (
      select d.seq, d.state, row_number() over (order by d.seq) as place
      from message_deliveries d
      where d.message_id = ${unit.messageId} and d.seq between ${unit.lo} and ${unit.hi} and d.state in ('queued', 'wired')
    ), place as (
      select min(w.seq) as seq
      from waiting w
      where w.place > ${rows} and w.state = 'queued' and not exists (
        select from send_batches b
        where b.message_id = ${unit.messageId} and b.lo between ${unit.lo} and w.seq - 1 and b.closed_at is null
          and w.seq <= (select max(seq) from unnest(b.seqs) as s(seq))
      )
    ), rest as (
      insert into send_units (message_id, id, kind, lo, hi, priority, host_id, expires_at, turn, crashes, waiting)
      select u.message_id, 1 + place.seq, u.kind, place.seq, u.hi, u.priority, u.host_id, u.expires_at,
        u.turn + place.seq - u.lo, ${crashes}, (select count(*) from waiting w where w.seq >= place.seq)
      from send_units u, place
      where ${isUnit(unit)} and place.seq is not null
      returning message_id, lo, hi, priority, host_id
    ), given_back as (
      update send_turns t set turn = t.turn - (rest.hi - rest.lo + 1)
      from rest where t.priority = rest.priority and t.host_id = rest.host_id
    )
    update send_units u set hi = rest.lo - 1, crashes = ${crashes}, waiting = (select count(*) from waiting w where w.seq < rest.lo)
    from rest where ${isUnit(unit)}
    returning u.hi`.execute(db)
  return cut[0] ? { ...unit, hi: cut[0].hi, crashes } : unit
}
