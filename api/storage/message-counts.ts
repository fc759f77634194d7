import { sql } from 'kysely'
import type { Counts } from '../contract/message.ts'

/** The sums of a message's counters, as `c.queued, c.accepted ...`; zeros while it has none. */
export const countColumns = [
  'queued',
  'accepted',
  'failed',
  'unknown',
  'skipped',
  'cancelled',
  'delivered',
  'opened',
  'opened_machine',
  'clicked',
  'clicked_machine',
  'bounced',
  'complained',
  'unsubscribed',
] as const

type Camel<T extends string> = T extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : T

export type CountColumn = (typeof countColumns)[number]
export type MessageSums = Record<Camel<CountColumn>, number>

/** Which rows of `message_deliveries` each counter counts. A fact counts whatever the state of its row. */
const isCounted: Record<CountColumn, string> = {
  queued: "state in ('queued', 'wired')",
  accepted: "state = 'accepted'",
  failed: "state = 'failed'",
  unknown: "state = 'unknown'",
  skipped: "state = 'skipped'",
  cancelled: "state = 'cancelled'",
  delivered: 'delivered_at is not null',
  opened: 'opened_at is not null',
  opened_machine: 'opened_machine_at is not null',
  clicked: 'clicked_at is not null',
  clicked_machine: 'clicked_machine_at is not null',
  bounced: 'bounced_at is not null',
  complained: 'complained_at is not null',
  unsubscribed: 'unsubscribed_at is not null',
}

/** What the counters of a message have to say: its rows, counted, and their number as `rows`. It reads them all. */
export function rowsCounted(messageId: ReturnType<typeof sql>) {
  const counts = countColumns.map(
    (column) => sql`count(*) filter (where ${sql.raw(isCounted[column])})::int as ${sql.ref(column)}`,
  )
  return sql`select ${sql.join(counts)}, count(*)::int as rows from message_deliveries where message_id = ${messageId}`
}

/** Each notifier has a shard of its own, so a reader adds them up. */
export function sumsOf(messageId: ReturnType<typeof sql>) {
  const sums = countColumns.map((column) => sql`coalesce(sum(${sql.ref(column)}), 0)::int as ${sql.ref(column)}`)
  return sql`select ${sql.join(sums)} from message_counters where message_id = ${messageId}`
}

/** `sent` is what a provider has accepted; the facts after it are counted inside of it. */
export function countsOf(sums: MessageSums): Counts {
  const { queued, accepted: sent, failed, unknown, skipped, cancelled, delivered, opened, openedMachine } = sums
  const { clicked, clickedMachine, bounced, complained, unsubscribed } = sums
  return {
    total: queued + sent + failed + unknown + skipped + cancelled,
    ...{ queued, sent, failed, unknown, skipped, cancelled, delivered, opened, openedMachine },
    ...{ clicked, clickedMachine, bounced, complained, unsubscribed },
  }
}
