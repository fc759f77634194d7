import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { openNotifierDatabase } from './database.ts'

test('what a frozen replica holds is free within the thirty seconds, and nobody acts after it was given up', async () => {
  const { url } = await cloneDatabase()
  const { db, pool, close } = openNotifierDatabase(url)
  onTestFinished(close)

  const { rows } = await sql<{ name: string; ms: number }>`
    select name, setting::int as ms from pg_settings
    where name in ('idle_in_transaction_session_timeout', 'lock_timeout') order by name`.execute(db)
  const [idleMs, lockMs] = rows.map(({ ms }) => ms) as [number, number]

  expect(idleMs).toBe(10_000)
  expect(lockMs).toBeGreaterThan(idleMs)
  expect(lockMs).toBeLessThan(pool.options.query_timeout!)
})
