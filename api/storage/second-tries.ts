import { sql } from 'kysely'
import { mendedByAddress } from '../domain/plan-second-try.ts'
import { isTransactional, priorityOf } from '../domain/message.ts'
import { ownVariables } from './audience.ts'
import type { Db } from './database.ts'
import type { MessageRow } from './messages.ts'
import { apiShard, lockUnits } from './stop-messages.ts'
import { isSuppressed } from './suppressions.ts'
import { hostOf, takeTurns, turnAmongOwn } from './turns.ts'

type Sql = ReturnType<typeof sql>

/** Guests of a message, or everybody in question. */
export type Chosen = readonly string[] | 'all'

export type SecondTries = {
  message: Pick<MessageRow, 'id' | 'kind'>
  guests: Chosen
  /** Until when these mails are useful; what still waits of the message profits, too. */
  expiresAt: Date
  /** What mails leave through now. A message that was over is not bound to the provider that it had. */
  provider?: string
}

/**
 * Queues failed deliveries again, as a new generation with a fresh count of attempts; a message that was over is reopened for them.
 * Named guests whom nobody mailed for lack of a good address go along once their address was corrected. An address that has bounced
 * stays failed, with its reason: it would only be skipped (`countBounced`). The caller holds the message's lock.
 * @returns how many mails wait now.
 */
export function retryFailed(db: Db, tries: SecondTries): Promise<number> {
  const failed = sql`d.failed_at is not null and d.state = 'failed'`
  const mended = sql`d.state = 'skipped' and d.reason = any(${[...mendedByAddress]}::text[]) and exists (
    select from guests g where g.id = d.guest_id and g.email is distinct from d.address and g.email is not null)`
  const transactional = isTransactional(tries.message.kind)
  const who = tries.guests === 'all' ? failed : sql`((${failed}) or (${mended}))`
  return tryAgain(db, tries, who, (address, hostId) => isSuppressed(address, { hostId, transactional }))
}

/**
 * Queues again those of whom nobody knows whether they got it: they may get it twice. Otherwise like `retryFailed`.
 * @returns how many mails wait now.
 */
export function resendUnknown(db: Db, tries: SecondTries): Promise<number> {
  return tryAgain(db, tries, sql`d.unknown_at is not null and d.state = 'unknown'`)
}

/**
 * Takes note that a host has looked at these and leaves them as they are. They stay unknown: that is what is known of them, and
 * late evidence still settles them. Answers how many there were.
 */
export async function leaveUnknown(db: Db, messageId: string, guests: Chosen): Promise<number> {
  const { numAffectedRows } = await sql`
    update message_deliveries d set left_at = now(), due_at = null
    where d.message_id = ${messageId} and d.unknown_at is not null and d.state = 'unknown' and d.left_at is null
      and ${among(guests)}`.execute(db)
  return Number(numAffectedRows)
}

/** Like the notifier's own units: small enough to be shared by replicas, large enough that claims cost nothing. */
const unitSize = 500

/**
 * Rows get the address, name and links that their guests have now. A household stands together again: its first guest carries the
 * mail, and whoever has an address of their own by now gets one of their own. Rows within a unit that is still at work are left to it
 * (`settleUnit` looks again before it ends one); new units cover the others, and no two units ever overlap.
 */
async function tryAgain(
  db: Db,
  tries: SecondTries,
  condition: Sql,
  isInVain: (address: Sql, hostId: string) => Sql = () => sql`false`,
): Promise<number> {
  const { id, kind } = tries.message
  await lockUnits(db, [id])
  const hostId = await hostOf(db, id)
  await takeTurns(db, [{ hostId, priority: priorityOf[kind], expiresAt: tries.expiresAt }])
  const { rows } = await sql<{ queued: number }>`
    with units as materialized (
      select id, lo, hi from send_units where message_id = ${id} and kind = 'send'
    ), chosen as materialized (
      select d.* from message_deliveries d where d.message_id = ${id} and ${condition} and ${among(tries.guests)}
    ), household as (
      select m.* from chosen c
      cross join jsonb_array_elements(c.variables -> 'members') member
      join message_deliveries m on m.message_id = ${id} and m.guest_id = (member ->> 'guestId')::uuid
      where m.state = 'skipped' and m.carried_by = c.guest_id
    ), waiting as (
      select d.seq, d.guest_id, d.state, g.name, g.link_version, coalesce(g.email, d.address) as address,
        case when g.id is null then d.variables else d.variables - 'members' - 'name' || ${ownVariables({ guestId: null })} end
          as variables,
        u.id as unit_id, (select count(*) from units b where b.lo <= d.seq) as gap
      from (select * from chosen union select * from household) d
      left join guests g on g.id = d.guest_id
      left join units u on d.seq between u.lo and u.hi
      where (g.email is not null or d.guest_id is null)
        and not ${isInVain(sql`coalesce(g.email, d.address)`, hostId)}
    ), numbered as (
      select *, row_number() over in_gap as place, address is distinct from lag(address) over in_gap as is_new
      from waiting window in_gap as (partition by gap, unit_id order by seq)
    ), stretched as (
      select *, (max(place) filter (where is_new) over (partition by gap, unit_id order by seq) - 1) / ${unitSize}::int as stretch
      from numbered
    ), carried as (
      select *, first_value(seq) over one_mail as carrier_seq, first_value(guest_id) over one_mail as carrier
      from stretched
      window one_mail as (partition by gap, unit_id, stretch, address order by state = 'skipped', seq)
    ), households as (
      select carrier_seq, jsonb_agg(jsonb_build_object('guestId', guest_id, 'name', name, 'linkVersion', link_version) order by seq)
        filter (where seq <> carrier_seq) as members
      from carried group by carrier_seq having count(*) > 1
    ), moved as (
      update message_deliveries d set
        state = case when c.seq = c.carrier_seq then 'queued' else 'skipped' end::delivery_state,
        reason = case when c.seq <> c.carrier_seq then 'shared_address' end,
        carried_by = case when c.seq <> c.carrier_seq then c.carrier end,
        address = c.address,
        variables = c.variables || case when h.members is null then '{}' else jsonb_build_object('members', h.members) end,
        generation = d.generation + 1, attempt = 0, due_at = null, reply = null,
        failed_at = null, unknown_at = null, left_at = null, in_doubt_since = null,
        -- Whoever may have got the mail that is sent again may have got it whatever becomes of this try: the household as well.
        doubted_at = case when (select bool_or(state = 'unknown') from chosen) then coalesce(d.doubted_at, now()) else d.doubted_at end
      from carried c left join households h on h.carrier_seq = c.seq
      where d.message_id = ${id} and d.seq = c.seq and d.state = c.state
      returning old.state as was, new.state as is
    ), counted as (
      insert into message_counters as c (message_id, shard, queued, failed, unknown, skipped)
      select ${id}, ${apiShard}, count(*) filter (where "is" = 'queued'), -count(*) filter (where was = 'failed'),
        -count(*) filter (where was = 'unknown'),
        count(*) filter (where "is" = 'skipped') - count(*) filter (where was = 'skipped')
      from moved
      on conflict (message_id, shard) do update set queued = c.queued + excluded.queued, failed = c.failed + excluded.failed,
        unknown = c.unknown + excluded.unknown, skipped = c.skipped + excluded.skipped
    ), woken as (
      update send_units u set run_at = least(u.run_at, now())
      where u.message_id = ${id} and u.id in (select unit_id from waiting)
    ), added as (
      insert into send_units (message_id, id, kind, lo, hi, priority, host_id, expires_at, turn)
      select ${id}, 1 + min(seq), 'send', min(seq), max(seq), ${priorityOf[kind]}, ${hostId}, ${tries.expiresAt},
        ${turnAmongOwn(sql`${hostId}::uuid`, sql`${priorityOf[kind]}::smallint`)} + min(seq)
      from carried where unit_id is null group by gap, stretch
    )
    select count(*) filter (where "is" = 'queued')::int as queued from moved`.execute(db)
  const { queued } = rows[0]!
  if (queued > 0) await reopen(db, tries)
  return queued
}

function among(guests: Chosen) {
  return guests === 'all' ? sql`true` : sql`d.guest_id = any(${[...guests]}::uuid[])`
}

/** A message that is over keeps its status; it goes on for these guests, and is closed again after the last of them. */
async function reopen(db: Db, { message, expiresAt, provider }: SecondTries) {
  await sql`
    update scheduled_messages m set
      reopened = m.status <> 'sending',
      -- Why all had failed is no reason any more; one that is given up is not tried again (see planSecondTry).
      end_reason = case when m.status = 'sending' then m.end_reason end,
      provider = case when m.status = 'sending' or m.reopened then m.provider else coalesce(${provider ?? null}, m.provider) end,
      expires_at = greatest(m.expires_at, ${expiresAt}::timestamptz),
      version = m.version + 1, updated_at = now()
    where m.id = ${message.id}`.execute(db)
}
