import type { Change, Row } from '../database/change.ts'

/** Rows as the oracle needs them. Whatever else a table has is there too, and nobody here looks at it. */
export type DeliveryRow = Row & {
  messageId: string
  seq: number
  guestId: string | null
  address: string | null
  state: 'queued' | 'wired' | 'accepted' | 'unknown' | 'failed' | 'skipped' | 'cancelled'
  reason: string | null
  generation: number
  attempt: number
  dueAt: string | null
}
export type MessageRow = Row & {
  id: string
  eventId: string
  kind: string
  reminderKey: string | null
  guestId: string | null
  recipient: string | null
  status: 'draft' | 'scheduled' | 'sending' | 'sent' | 'cancelled' | 'failed'
  sendAt: string | null
  firedAt: string | null
  expiresAt: string | null
  pausedAt: string | null
  reopened: boolean
  /** While it is being sent: why what had not left was given up. */
  endReason: string | null
  onAmbiguous: string | null
  rule: unknown
  total: number | null
  version: number
}
export type EventRow = Row & {
  id: string
  hostId: string
  status: string
  localStart: string
  timezone: string
  version: number
}
export type GuestRow = Row & {
  id: string
  eventId: string
  email: string | null
  unsubscribedAt: string | null
  version: number
}
export type SuppressionRow = Row & { id: string; address: string; hostId: string | null; reason: string }
export type UnitRow = Row & {
  messageId: string
  id: number
  kind: 'expand' | 'send'
  lo: number
  hi: number
  leaseOwner: string | null
  leaseUntil: string
  epoch: number
}
export type CountersRow = Row & { messageId: string; shard: number } & Record<CounterName, number>
export type CounterName =
  | ('queued' | 'accepted' | 'failed' | 'unknown' | 'skipped' | 'cancelled')
  | (
      | 'delivered'
      | 'opened'
      | 'openedMachine'
      | 'clicked'
      | 'clickedMachine'
      | 'bounced'
      | 'complained'
      | 'unsubscribed'
    )

/**
 * What is committed, row by row, as the witness tells it. The oracle reads this and asks the database only once, at the end, whether
 * the two agree.
 */
export class Mirror {
  readonly deliveries = new Map<string, DeliveryRow>()
  readonly messages = new Map<string, MessageRow>()
  readonly events = new Map<string, EventRow>()
  readonly guests = new Map<string, GuestRow>()
  readonly suppressions = new Map<string, SuppressionRow>()
  readonly units = new Map<string, UnitRow>()
  readonly counters = new Map<string, CountersRow>()
  /** Has its one row while an operator holds all sending. */
  readonly holds = new Map<string, Row>()
  readonly #tables: Record<string, { rows: Map<string, Row>; keyOf: (row: Row) => string }> = {
    message_deliveries: { rows: this.deliveries, keyOf: (row) => `${row.messageId}/${row.seq}` },
    scheduled_messages: { rows: this.messages, keyOf: (row) => String(row.id) },
    events: { rows: this.events, keyOf: (row) => String(row.id) },
    guests: { rows: this.guests, keyOf: (row) => String(row.id) },
    suppressions: { rows: this.suppressions, keyOf: (row) => String(row.id) },
    send_units: { rows: this.units, keyOf: (row) => `${row.messageId}/${row.id}` },
    sending_hold: { rows: this.holds, keyOf: () => 'one' },
    message_counters: { rows: this.counters, keyOf: (row) => `${row.messageId}/${row.shard}` },
  }

  apply({ table, was, is }: Change) {
    const known = this.#tables[table]
    if (!known) return
    if (was) known.rows.delete(known.keyOf(was))
    if (is) known.rows.set(known.keyOf(is), is)
  }

  delivery(messageId: string, seq: number): DeliveryRow | undefined {
    return this.deliveries.get(`${messageId}/${seq}`)
  }

  deliveriesOf(messageId: string): DeliveryRow[] {
    return [...this.deliveries.values()].filter((row) => row.messageId === messageId)
  }

  eventOf(messageId: string): EventRow | undefined {
    return this.events.get(this.messages.get(messageId)?.eventId ?? '')
  }

  /** The unit whose range holds this delivery. A message that was opened again may have several: all of them. */
  unitsOf(messageId: string, seq: number): UnitRow[] {
    return [...this.units.values()].filter((u) => u.messageId === messageId && u.lo <= seq && seq <= u.hi)
  }
}

/** An instant as PostgreSQL's JSON writes it, in milliseconds; `Date` alone would forget the microseconds. */
export function instantOf(text: string): number {
  if (text === '-infinity') return -Infinity
  const micros = Number(/\.\d{3}(\d{1,3})/.exec(text)?.[1]?.padEnd(3, '0') ?? 0)
  return Date.parse(text) + micros / 1000
}

/** Narrows a change to one table. */
export function changeOf<T extends Row>(change: Change, table: string): { was: T | null; is: T | null } | undefined {
  return change.table === table ? (change as unknown as { was: T | null; is: T | null }) : undefined
}
