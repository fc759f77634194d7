import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Db } from '../api/storage/database.ts'
import { sumsOf, type MessageSums } from '../api/storage/message-counts.ts'

/** Each fact's column, and the counter that counts it; told here once more, so that the code's own list is held against another. */
const counterOfColumn = {
  delivered_at: 'delivered',
  opened_at: 'opened',
  opened_machine_at: 'openedMachine',
  clicked_at: 'clicked',
  clicked_machine_at: 'clickedMachine',
  bounced_at: 'bounced',
  complained_at: 'complained',
  unsubscribed_at: 'unsubscribed',
} as const

/**
 * Holds a message's counters against its rows: total = queued + sent + failed + unknown + skipped + cancelled, and each fact is counted as
 * often as rows have it. Every test that moves rows ends with it. Answers the sums of the states, without those that are zero.
 */
export async function expectSums(db: Db, messageId: string): Promise<Record<string, number>> {
  const counters = (await sql<MessageSums>`${sumsOf(sql`${messageId}::uuid`)}`.execute(db)).rows[0]!
  const rows = await sql<{ state: string; n: number }>`
    select case state when 'wired' then 'queued' else state::text end as state, count(*)::int as n
    from message_deliveries where message_id = ${messageId}::uuid group by 1`.execute(db)
  const counted = Object.fromEntries(rows.rows.map(({ state, n }) => [state, n]))
  const { queued, accepted, failed, unknown, skipped, cancelled } = counters
  const stated = Object.entries({ queued, accepted, failed, unknown, skipped, cancelled }).filter(([, n]) => n !== 0)
  expect(Object.fromEntries(stated), 'the counters say what the rows say').toEqual(counted)

  const facts = await sql<{ fact: keyof typeof counterOfColumn; n: number }>`
    select f.fact, count(*) filter (where to_jsonb(d) ->> f.fact is not null)::int as n
    from unnest(${Object.keys(counterOfColumn)}::text[]) as f(fact)
    left join message_deliveries d on d.message_id = ${messageId}::uuid group by 1`.execute(db)
  const factsCounted = Object.fromEntries(facts.rows.map(({ fact, n }) => [counterOfColumn[fact], n]))
  const factsStated = Object.fromEntries(Object.values(counterOfColumn).map((name) => [name, counters[name]]))
  expect(factsStated, 'the counters say which facts the rows have').toEqual(factsCounted)

  const { total } = await sql<{ total: number | null }>`
    select total from scheduled_messages where id = ${messageId}::uuid`
    .execute(db)
    .then(({ rows: [row] }) => row!)
  // Known once the expansion is over.
  if (total !== null)
    expect(
      stated.reduce((sum, [, n]) => sum + n, 0),
      'total',
    ).toBe(total)
  return counted
}
