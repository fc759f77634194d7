import { sql } from 'kysely'
import type { Fingerprint } from '../domain/fingerprint.ts'
import type { Db } from './database.ts'
import { eventLetsGo } from './due.ts'
import { isHeld } from './hold.ts'
import { isAlive } from './notifiers.ts'
import { onItsWay } from './on-its-way.ts'

/** How sending stands as a whole. Every number is read from small tables or partial indexes, whatever the history. */
export type SendingState = {
  /** How long a message whose time has come has waited to fire; the longest. */
  dueForMs: number
  /** The same, or how long a message of which nobody holds a unit has waited to go on; nothing while sending is held. */
  dueLagMs: number
  /** Messages whose time has come and that have not fired. */
  due: number
  /** Messages on their way, those included that are over and go on for a few. */
  sending: number
  paused: number
  openUnits: number
  /** Those in the hands of a live notifier. */
  claimedUnits: number
  /** Deliveries that wait for their mail, of messages that are being sent. */
  queued: number
  /** Deliveries of which nobody knows whether they were accepted. */
  unknown: number
  /** Those of them about which nobody has decided yet. */
  undecided: number
}

export async function readSendingState(db: Db): Promise<SendingState> {
  const { rows } = await sql<SendingState>`
    with due as (
      select count(*)::int as n, min(m.send_at) as since
      from scheduled_messages m join events e on e.id = m.event_id
      where m.status = 'scheduled' and m.send_at <= now()
        and ${eventLetsGo}
    ), units as (
      select count(*)::int as n, count(*) filter (where u.lease_until > now())::int as claimed,
        min(greatest(u.run_at, case when u.lease_until > '-infinity' then u.lease_until else u.run_at end))
          filter (where u.run_at <= now() and m.paused_at is null and not held.by_somebody) as since
      from send_units u join scheduled_messages m on m.id = u.message_id
      -- A large message is sent unit by unit: those that wait for their turn meanwhile are no delay.
      cross join lateral (
        select exists (select from send_units o where o.message_id = u.message_id and o.lease_until > now()) as by_somebody
      ) held
    ), going as (
      select count(*) filter (where ${onItsWay})::int as n, count(paused_at)::int as paused,
        coalesce(sum((select sum(c.queued) from message_counters c where c.message_id = m.id)), 0)::int as queued
      from scheduled_messages m
      where ${onItsWay} or m.id in (select message_id from send_units)
    )
    select
      round(coalesce(extract(epoch from now() - due.since) * 1000, 0))::float8 as due_for_ms,
      case when ${isHeld} then 0 else round(coalesce(extract(epoch from now() - least(due.since, units.since)) * 1000, 0)) end::float8 as due_lag_ms,
      due.n as due, going.n as sending, going.paused, units.n as open_units, units.claimed as claimed_units, going.queued,
      (select count(*)::int from message_deliveries where unknown_at is not null and state = 'unknown') as unknown,
      (select count(*)::int from message_deliveries where unknown_at is not null and state = 'unknown' and left_at is null) as undecided
    from due, units, going`.execute(db)
  return rows[0]!
}

export type NotifierState = {
  id: string
  host: string
  pid: number
  version: string
  provider: string
  providerAccount: string
  startedAt: Date
  seenAt: Date
  seenMsAgo: number
  alive: boolean
  eventApi: string | null
  fingerprint: Fingerprint
}

/** Notifiers that run, and those that died without a word in the last day. */
export async function listNotifiers(db: Db): Promise<NotifierState[]> {
  const { rows } = await sql<NotifierState>`
    select n.id, n.host, n.pid, n.version, n.provider, n.provider_account, n.started_at, n.seen_at,
      round(extract(epoch from now() - n.seen_at) * 1000)::float8 as seen_ms_ago, (${isAlive}) as alive, n.event_api, n.fingerprint
    from notifiers n
    where n.stopped_at is null and n.seen_at > now() - interval '1 day'
    order by alive desc, n.started_at`.execute(db)
  return rows
}

/** A notifier that is restarted is away for seconds, and nobody need hear of it. */
const restartedWithinMs = 60_000

/** Messages with work left, by the provider that they began with. `served`: a notifier has it that lives or just did. */
export type WaitingFor = { provider: string; messages: number; served: boolean }

/**
 * What waits for which provider. A message that is not served waits until a notifier with its provider comes, or until `tidings repin`;
 * nothing is served where no notifier lives. `eventId`: only messages of this event.
 */
export async function waitingByProvider(db: Db, eventId?: string): Promise<WaitingFor[]> {
  const { rows } = await sql<WaitingFor>`
    select m.provider, count(distinct m.id)::int as messages,
      exists (select from notifiers n where n.provider = m.provider
        and n.seen_at > now() - ${restartedWithinMs} * interval '1 ms') as served
    from send_units u join scheduled_messages m on m.id = u.message_id
    where m.provider is not null and ${eventId === undefined ? sql`true` : sql`m.event_id = ${eventId}`}
    group by m.provider order by m.provider`.execute(db)
  return rows
}

/**
 * Messages of an event whose time has come and of which nobody has anything in hand: with a notifier that is well they are none, or soon none.
 * Paused ones wait for their host.
 */
export async function overdueMessages(db: Db, eventId: string): Promise<{ count: number; oldestDueAt: Date | null }> {
  const { rows } = await sql<{ count: number; oldestDueAt: Date | null }>`
    select count(*)::int as count, min(due.at) as oldest_due_at
    from scheduled_messages m join events e on e.id = m.event_id
    cross join lateral (
      select case when m.status = 'scheduled' then m.send_at else (
        select min(u.run_at) from send_units u where u.message_id = m.id
          and not exists (select from send_units o where o.message_id = m.id and o.lease_until > now())
      ) end as at
    ) due
    where m.event_id = ${eventId}::uuid and m.paused_at is null and due.at <= now()
      and ((m.status = 'scheduled' and ${eventLetsGo})
        or ${onItsWay})`.execute(db)
  return rows[0]!
}

export type Stranded = { provider: string; messages: number }

/** Messages whose provider no live notifier has. */
export async function strandedMessages(db: Db, eventId?: string): Promise<Stranded[]> {
  const all = await waitingByProvider(db, eventId)
  return all.filter(({ served }) => !served).map(({ provider, messages }) => ({ provider, messages }))
}
