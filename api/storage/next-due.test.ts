import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { msUntilNextDue } from './next-due.ts'

let db: TestDatabase['db']

/** A message whose only unit comes due in so many milliseconds. */
const dueIn = (ms: number) => sql`update send_units set run_at = now() + ${ms} * interval '1 ms'`.execute(db)

beforeEach(async () => {
  db = (await cloneDatabase()).db
  const event = await given.event(db)
  await sendingMessage(db, event.id, 3)
})

test('what comes due is waited for, and what is due for others is not', async () => {
  await dueIn(60_000)
  expect(await msUntilNextDue(db)).toBeGreaterThan(50_000)

  await dueIn(-60_000)
  expect(await msUntilNextDue(db)).toBeNull()
})

test('what came due while one looked for work, perhaps after one had looked for it, is looked at again at once', async () => {
  await dueIn(-500)

  expect(await msUntilNextDue(db, 30_000)).toBeLessThanOrEqual(0)
  expect(await msUntilNextDue(db, 10)).toBeNull()
})
