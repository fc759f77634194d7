import { sql, type RawBuilder } from 'kysely'
import { guestsOfAudience, type Audience } from './audience.ts'
import type { Db } from './database.ts'

/** How a message becomes deliveries. `shard` is the writer's row of the counters. */
export type Expansion = { audience: Audience; unitSize: number; shard: number }

/** Where an expansion goes on: behind this address, or among the guests without one, behind this guest. `seq` is the last one given. */
export type Cursor = { after: string | null; guest?: string; seq: number }

/** A message, what it goes through, and where its units stand in line. `turn` is that of its first. */
export type InLine = {
  messageId: string
  provider: string | null
  hostId: string
  priority: number
  expiresAt: Date
  turn: RawBuilder<unknown>
}

/** `queued`: units were made, so that there is something to send. `next` is missing when nobody is left. */
export type Slice = { added: number; queued: boolean; next?: Cursor }

type Inserted = { added: number; units: number; lastAddress: string | null; lastGuest: string | null }

/**
 * Writes the next guests of the audience as deliveries, with their units and counters, in one statement. Guests come in (address, id)
 * order, those without an address last. Those of one address stay in one slice, and with the one who carries their mail in one unit,
 * because one mail speaks for all of them. With a `name` the statement is planned once per connection: planning it takes longer than
 * writing ten guests. A name stands for one text, so that whoever gives it must always ask in the same form.
 */
export async function writeSlice(
  db: Db,
  line: InLine,
  { audience, unitSize, shard }: Expansion,
  cursor: Cursor | null,
  limit: number,
  name?: string,
): Promise<Slice> {
  const { messageId, provider, hostId, priority, expiresAt, turn } = line
  const seq = cursor?.seq ?? 0
  const { rows } = await sql<Inserted>`${name ? sql.raw(`-- prepared: ${name}\n`) : sql``}
    with slice as materialized (
      select *, ${seq} + row_number() over (order by email, id)::int as seq
      from (select * from (${guestsOfAudience(audience)}) a ${part(cursor, limit)}) s
    ), households as materialized (
      select email, min(seq) as first_seq,
        jsonb_agg(jsonb_build_object('guestId', id, 'name', name, 'linkVersion', link_version) order by id)
          filter (where skip_reason is null or skip_reason = 'shared_address') as members
      from slice
      where email in (select email from slice where skip_reason = 'shared_address')
      group by email
    ), added as (
      insert into message_deliveries (message_id, provider, seq, guest_id, address, variables, state, reason, carried_by)
      select ${messageId}, ${provider}, s.seq, s.id, s.email,
        -- The first of them carries the mail.
        case when h.email is null then s.variables else s.variables || jsonb_build_object('members', h.members - 0) end,
        case when s.skip_reason is null then 'queued' else 'skipped' end::delivery_state, s.skip_reason, s.carrier
      -- Joined, not asked for per row: a correlated question would read the whole slice for each guest.
      from slice s left join households h on h.email = s.email and s.skip_reason is null
    ), ranges as (
      select min(s.seq) as lo, max(s.seq) as hi
      from slice s left join households h on h.email = s.email
      group by (coalesce(h.first_seq, s.seq) - 1) / ${unitSize}::int having bool_or(s.skip_reason is null)
    ), counted as (
      insert into message_counters as c (message_id, shard, queued, skipped)
      select ${messageId}, ${shard}, count(*) filter (where skip_reason is null), count(*) filter (where skip_reason is not null)
      from slice having count(*) > 0
      on conflict (message_id, shard) do update set queued = c.queued + excluded.queued, skipped = c.skipped + excluded.skipped
    ), units as (
      insert into send_units (message_id, id, kind, lo, hi, priority, host_id, expires_at, turn)
      select ${messageId}, 1 + lo, 'send', lo, hi, ${priority}, ${hostId}, ${expiresAt}, ${turn} + lo - 1 from ranges
      returning 1
    )
    select count(*)::int as added, (select count(*) from units)::int as units, max(email) as last_address,
      (select id from slice where email is null order by id desc limit 1) as last_guest
    from slice`.execute(db)
  return sliceOf(rows[0]!, cursor, limit)
}

/** The first slice looks at everybody, so that a small audience is done with it. */
function part(cursor: Cursor | null, limit: number) {
  const rows = sql`fetch first ${sql.lit(limit)} rows`
  if (!cursor) return sql`order by email, case when email is null then id end ${rows} with ties`
  if (cursor.after !== null) return sql`where email > ${cursor.after} order by email ${rows} with ties`
  return sql`where email is null and id > ${cursor.guest ?? nobody} order by id ${rows} only`
}

function sliceOf({ added, units, lastAddress, lastGuest }: Inserted, cursor: Cursor | null, limit: number): Slice {
  const seq = (cursor?.seq ?? 0) + added
  const queued = units > 0
  if (added >= limit)
    return { added, queued, next: lastGuest ? { after: null, guest: lastGuest, seq } : { after: lastAddress, seq } }
  // Fewer addresses than asked for, after the first slice, means that only the guests without an address remain.
  return cursor?.after == null ? { added, queued } : { added, queued, next: { after: null, seq } }
}

const nobody = '00000000-0000-0000-0000-000000000000'
