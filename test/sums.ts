import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Db } from '../api/storage/database.ts'
import { sumsOf, type MessageSums } from '../api/storage/message-counts.ts'

/**
 * Holds a message's counters against its rows: total = queued + sent + failed + unknown + skipped + cancelled. Every test that moves rows
 * ends with it. Answers the sums, without those that are zero.
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
