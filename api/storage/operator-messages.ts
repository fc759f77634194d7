import { sql } from 'kysely'
import type { MessageKind, MessageStatus } from '../domain/message.ts'
import type { Db } from './database.ts'
import { eventLetsGo } from './due.ts'
import { sumsOf, type MessageSums } from './message-counts.ts'
import { isAlive } from './notifiers.ts'

/** Why a message does not get on by itself, most telling first. */
export const stuckReasons = {
  paused: 'paused',
  no_notifier: 'no live notifier has its provider',
  crashing: 'its work has killed or lost notifiers',
  waiting: 'work is due and nobody takes it',
  overdue: 'due and not fired',
  unknown: 'deliveries whose fate is unknown, and nobody has decided about them',
} as const
export type StuckReason = keyof typeof stuckReasons

/** Ordinary sending is never this late; an operator should look. */
const lateAfterMs = 5 * 60_000

/** A notifier that is restarted loses a claim; the second time it is the unit. */
const crashesThatTell = 2

export type OperatorMessage = {
  id: string
  eventId: string
  eventName: string
  kind: MessageKind
  reminderKey: string | null
  subject: string
  status: MessageStatus
  sendAt: Date | null
  firedAt: Date | null
  expiresAt: Date | null
  finishedAt: Date | null
  pausedAt: Date | null
  pauseReason: string | null
  endReason: string | null
  provider: string | null
  reopened: boolean
  total: number | null
  openUnits: number
  stuck: StuckReason | null
} & Pick<MessageSums, 'queued' | 'accepted' | 'failed' | 'unknown' | 'skipped' | 'cancelled'>

export type OperatorMessageList = {
  status?: MessageStatus
  /** Only those that are stopped for the time being, whatever their status. */
  paused?: boolean
  eventId?: string
  stuck?: boolean
  limit: number
}

/** Messages of all hosts, newest first; `stuck` leaves those that do not get on by themselves. */
export async function listOperatorMessages(db: Db, list: OperatorMessageList): Promise<OperatorMessage[]> {
  const { status, paused = false, eventId, stuck = false, limit } = list
  const open = sql`(m.status in ('scheduled', 'sending') or m.id in (select message_id from send_units)
    or m.id in (select message_id from message_deliveries where unknown_at is not null and state = 'unknown' and left_at is null))`
  return select(
    db,
    sql`${stuck ? open : sql`true`}
      and ${status ? sql`m.status = ${status}::message_status` : sql`true`}
      and ${paused ? sql`m.paused_at is not null` : sql`true`}
      and ${eventId ? sql`m.event_id = ${eventId}::uuid` : sql`true`}`,
    stuck,
    limit,
  )
}

/** More than that many are one trouble, and its size matters no longer. */
const stuckMax = 1000

/** How many messages do not get on, by why. */
export async function countStuckMessages(db: Db): Promise<{ stuck: StuckReason; messages: number }[]> {
  const all = await listOperatorMessages(db, { stuck: true, limit: stuckMax })
  const reasons = Object.keys(stuckReasons) as StuckReason[]
  return reasons
    .map((stuck) => ({ stuck, messages: all.filter((message) => message.stuck === stuck).length }))
    .filter(({ messages }) => messages > 0)
}

export async function findOperatorMessage(db: Db, messageId: string): Promise<OperatorMessage | undefined> {
  return (await select(db, sql`m.id = ${messageId}::uuid`, false, 1))[0]
}

async function select(db: Db, condition: ReturnType<typeof sql>, onlyStuck: boolean, limit: number) {
  const late = sql`now() - ${lateAfterMs} * interval '1 ms'`
  const { rows } = await sql<OperatorMessage>`
    select * from (
      select m.id, m.event_id, e.name as event_name, m.kind, m.reminder_key, m.subject, m.status, m.send_at, m.fired_at, m.expires_at,
        m.finished_at, m.paused_at, m.pause_reason, m.end_reason, m.provider, m.reopened, m.total,
        c.queued, c.accepted, c.failed, c.unknown, c.skipped, c.cancelled, u.open_units,
        case
          when m.paused_at is not null then 'paused'
          when u.open_units > 0 and not exists (select from notifiers n where n.provider = m.provider and ${isAlive})
            then 'no_notifier'
          when u.crashes >= ${crashesThatTell} then 'crashing'
          when u.waiting_since < ${late} then 'waiting'
          when m.status = 'scheduled' and m.send_at < ${late} and ${eventLetsGo} then 'overdue'
          when c.unknown > 0 and exists (select from message_deliveries d where d.message_id = m.id
            and d.unknown_at is not null and d.state = 'unknown' and d.left_at is null) then 'unknown'
        end as stuck
      from scheduled_messages m
      join events e on e.id = m.event_id
      cross join lateral (${sumsOf(sql`m.id`)}) c
      cross join lateral (
        select count(*)::int as open_units, coalesce(max(crashes), 0) as crashes,
          min(run_at) filter (where lease_until < now()) as waiting_since
        from send_units u where u.message_id = m.id
      ) u
      where ${condition}
      order by m.id desc
      ${onlyStuck ? sql`` : sql`limit ${limit}`}
    ) m
    where ${onlyStuck ? sql`m.stuck is not null` : sql`true`}
    order by m.id desc limit ${limit}`.execute(db)
  return rows
}
