import { sql } from 'kysely'
import { guestsOfAudience, type Audience } from './audience.ts'
import type { Db } from './database.ts'
import type { Unit } from './units.ts'

/** Guests of one transaction: about a fifth of a second's work, so that the first mails leave while a long list is still being read. */
const sliceSize = 50_000

export type Expansion = { audience: Audience; unitSize: number; shard: number }

export type Slice = { kind: 'slice' | 'last'; added: number } | { kind: 'lost' }

/**
 * Turns the next slice of the audience into deliveries, their units and their counters, in one transaction that also moves the cursor.
 * A crash leaves all of it or nothing, and the next owner goes on at the cursor. Guests come in (address, id) order; those of one
 * address stay in one slice and in one unit, because one mail speaks for all of them. Guests without an address come last.
 * @returns 'lost' when somebody else holds the unit by now; nothing was written then.
 */
export async function expandSlice(db: Db, unit: Unit, expansion: Expansion, limit = sliceSize): Promise<Slice> {
  return db.transaction().execute(async (tx) => {
    const held = await lockHeldUnit(tx, unit)
    if (!held) return { kind: 'lost' }

    const cursor = held.cursor ?? { after: '', seq: 0 }
    const slice = await insertSlice(tx, unit, expansion, cursor, limit)
    if (cursor.after === null) {
      await endExpansion(tx, unit, cursor.seq + slice.added)
      return { kind: 'last', added: slice.added }
    }
    // Fewer addresses than asked for means that only the guests without an address remain.
    const next = { after: slice.added < limit ? null : slice.lastAddress, seq: cursor.seq + slice.added }
    await sql`update send_units set cursor = ${JSON.stringify(next)}
      where message_id = ${unit.messageId} and id = ${unit.id}`.execute(tx)
    return { kind: 'slice', added: slice.added }
  })
}

/** Locks the unit for this transaction; undefined when the claim is not ours any more. */
async function lockHeldUnit(db: Db, { messageId, id, epoch }: Unit): Promise<Pick<Unit, 'cursor'> | undefined> {
  const { rows } = await sql<Pick<Unit, 'cursor'>>`
    select cursor from send_units
    where message_id = ${messageId} and id = ${id} and epoch = ${epoch} and lease_until > now()
    for update`.execute(db)
  return rows[0]
}

type Inserted = { added: number; lastAddress: string | null }

async function insertSlice(
  db: Db,
  unit: Unit,
  { audience, unitSize, shard }: Expansion,
  cursor: { after: string | null; seq: number },
  limit: number,
): Promise<Inserted> {
  const part =
    cursor.after === null
      ? sql`where email is null order by id`
      : sql`where email > ${cursor.after} order by email fetch first ${sql.lit(limit)} rows with ties`
  const { rows } = await sql<Inserted>`
    with slice as materialized (
      select * from (${guestsOfAudience(audience)}) a ${part}
    ), numbered as (
      select s.*, (${cursor.seq} + row_number() over (order by email, id))::int as seq,
        (${cursor.seq} + min(row_number) over (partition by coalesce(email, id::text)) - 1)::int / ${unitSize}::int as stretch
      from (select *, row_number() over (order by email, id) from slice) s
    ), households as materialized (
      select email, jsonb_agg(jsonb_build_object('guestId', id, 'name', name, 'linkVersion', link_version) order by id) as members
      from slice
      where email is not null and (skip_reason is null or skip_reason = 'shared_address')
      group by email having count(*) > 1
    ), added as (
      insert into message_deliveries (message_id, seq, guest_id, address, variables, state, reason, carried_by)
      select ${unit.messageId}, n.seq, n.id, n.email,
        n.variables || case when h.members is null then '{}' else jsonb_build_object('members',
          jsonb_path_query_array(h.members, '$[*] ? (@.guestId != $self)', jsonb_build_object('self', n.id))) end,
        case when n.skip_reason is null then 'queued' else 'skipped' end::delivery_state, n.skip_reason, n.carrier
      -- Joined, not asked for per row: a correlated question would read the whole slice for each guest.
      from numbered n left join households h on h.email = n.email and n.skip_reason is null
      order by n.seq
      returning seq, state
    ), counted as (
      insert into message_counters as c (message_id, shard, queued, skipped)
      select ${unit.messageId}, ${shard}, count(*) filter (where state = 'queued'), count(*) filter (where state = 'skipped')
      from added
      on conflict (message_id, shard) do update set queued = c.queued + excluded.queued, skipped = c.skipped + excluded.skipped
    ), queued as (
      insert into send_units (message_id, id, kind, lo, hi, priority, turn)
      select ${unit.messageId}, 1 + min(seq), 'send', min(seq), max(seq), ${unit.priority},
        (select turn from send_units where message_id = ${unit.messageId} and id = ${unit.id}) + min(seq)
      from numbered
      group by stretch having bool_or(skip_reason is null)
    )
    select count(*)::int as added, max(email) as last_address from numbered`.execute(db)
  return rows[0]!
}

async function endExpansion(db: Db, unit: Unit, total: number) {
  await sql`delete from send_units where message_id = ${unit.messageId} and id = ${unit.id}`.execute(db)
  await db.updateTable('scheduledMessages').set({ total }).where('id', '=', unit.messageId).execute()
}

/** A test goes to one address that need not belong to a guest; its expansion is one row. */
export async function expandToRecipient(
  db: Db,
  unit: Unit,
  to: { address: string; name: string; shard: number },
): Promise<Slice> {
  return db.transaction().execute(async (tx) => {
    if (!(await lockHeldUnit(tx, unit))) return { kind: 'lost' }
    await tx
      .insertInto('messageDeliveries')
      .values({
        messageId: unit.messageId,
        seq: 1,
        address: to.address,
        variables: JSON.stringify({ name: to.name, linkVersion: 1 }),
      })
      .execute()
    await tx.insertInto('messageCounters').values({ messageId: unit.messageId, shard: to.shard, queued: 1 }).execute()
    await tx
      .insertInto('sendUnits')
      .values({ messageId: unit.messageId, id: 2, kind: 'send', lo: 1, hi: 1, priority: unit.priority })
      .execute()
    await endExpansion(tx, unit, 1)
    return { kind: 'last', added: 1 }
  })
}

/** Like autovacuum's own rule, a fifth; but autovacuum looks once a minute, and by then a message has been sent by yesterday's plan. */
const grownByShare = 0.2

/**
 * Tells the planner that the deliveries have grown. The wire mark's plan is prepared once; made when the table was small it reads
 * all of it for each handful of rows, and a new installation's first large message took five times as long.
 */
export async function noticeGrowth(db: Db, added: number): Promise<void> {
  const { rows } = await sql<{ known: number }>`
    select greatest(reltuples, 0)::float8 as known from pg_class where oid = 'message_deliveries'::regclass`.execute(db)
  if (added > rows[0]!.known * grownByShare) await sql`analyze message_deliveries`.execute(db)
}
