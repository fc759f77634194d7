import { sql } from 'kysely'
import type { DeliveryState } from '../domain/delivery.ts'
import type { Db } from './database.ts'

export type StateCounts = Record<DeliveryState, number>

/** The truth: how many rows of the message are in each state. Reads them all, a second for a million. */
export async function countRowsByState(db: Db, messageId: string): Promise<StateCounts> {
  const { rows } = await sql<{ state: DeliveryState; n: number }>`
    select state, count(*)::int as n from message_deliveries where message_id = ${messageId} group by state`.execute(db)
  const none = { queued: 0, wired: 0, accepted: 0, unknown: 0, failed: 0, skipped: 0, cancelled: 0 }
  return Object.assign(none, Object.fromEntries(rows.map(({ state, n }) => [state, n])))
}

export type ReasonCount = { state: DeliveryState; reason: string; n: number; example: string | null }

/** Reasons told apart; a provider that puts a new number into each reply would otherwise fill the screen. */
const reasonsMax = 20

/** Why deliveries failed, are unknown, wait for another try or were skipped, most frequent first, with one raw reply each. */
export async function countReasons(db: Db, messageId: string): Promise<ReasonCount[]> {
  const { rows } = await sql<ReasonCount>`
    select state, reason, count(*)::int as n, max(reply) as example
    from message_deliveries
    where message_id = ${messageId} and reason is not null and state in ('failed', 'unknown', 'queued', 'skipped')
      -- What was only given back, and never tried, waits like any other.
      and (state <> 'queued' or attempt > 0)
    group by state, reason order by n desc, state, reason limit ${reasonsMax}`.execute(db)
  return rows
}

export type OperatorUnit = {
  id: number
  kind: 'expand' | 'send'
  lo: number
  hi: number
  priority: number
  runAt: Date
  crashes: number
  /** Null while nobody holds it. */
  leaseUntil: Date | null
  ownerHost: string | null
  ownerPid: number | null
}

/** The work that is left of a message, and in whose hands it is. */
export async function listUnits(db: Db, messageId: string, limit: number): Promise<OperatorUnit[]> {
  const { rows } = await sql<OperatorUnit>`
    select u.id, u.kind, u.lo, u.hi, u.priority, u.run_at, u.crashes,
      case when u.lease_until > now() then u.lease_until end as lease_until,
      case when u.lease_until > now() then n.host end as owner_host, case when u.lease_until > now() then n.pid end as owner_pid
    from send_units u left join notifiers n on n.id = u.lease_owner
    where u.message_id = ${messageId}
    order by u.lease_until > now() desc, u.priority, u.run_at, u.id limit ${limit}`.execute(db)
  return rows
}
