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

export type MessageSums = Record<Camel<(typeof countColumns)[number]>, number>

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
