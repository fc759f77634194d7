import { sql } from 'kysely'
import { byUrgency, type DueMessage } from '../domain/firing.ts'
import { transactionalKinds } from '../domain/message.ts'
import type { Db } from './database.ts'
import { isHeld } from './hold.ts'

/**
 * Whether event `e` lets message `m` go: a draft event holds its messages, and so does a cancelled one, but for what must be said all the
 * same (as `planSecondTry` has it).
 */
export const eventLetsGo = sql`(e.status = 'published' or m.kind = any(${[...transactionalKinds]}::message_kind[]))`

/** Messages looked at together, so that the most urgent of a herd go first: 5,000 reminders in one minute fit, and reading them takes some 20 ms. */
const dueMax = 10_000

/** The ids of messages whose time has come, the most urgent first. */
export async function dueMessages(db: Db): Promise<string[]> {
  const { rows } = await dueStatement.execute(db)
  return rows.toSorted(byUrgency).map(({ id }) => id)
}

/** Exported for the test that reads its plan. */
export const dueStatement = sql<DueMessage & { id: string; startsAt: Date; now: Date }>`
  select m.id, m.kind, m.send_at, e.starts_at, now() as now
  from scheduled_messages m join events e on e.id = m.event_id
  where m.status = 'scheduled' and m.send_at <= now() and ${eventLetsGo} and not ${isHeld}
  order by m.send_at, m.id
  limit ${sql.lit(dueMax)}`
