import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Db } from '../../../api/storage/database.ts'
import { cloneDatabase } from '../../database.ts'
import * as given from '../../given.ts'
import { startNotifier } from '../../notifiers.ts'
import { countersEqualRows } from '../books.ts'
import type { Case, Door, Expected } from './fault.ts'

/** Addresses go out in their order, so this one is first. */
export const struckAddress = 'guest-1@example.com'

/** A fault shows at once, or after the retry of a few seconds that it causes. */
const withinMs = 30_000

/** What has become of it must still be so after this. */
const staysMs = 300

/** Mails three guests through the fault, and looks what becomes of them; then mends everything, and looks again. */
export async function play({ door: openDoor, onAmbiguous = 'hold', illness, becomes, meanwhile, afterwards }: Case) {
  const database = await cloneDatabase()
  const { db } = database
  const event = await given.event(db)
  await given.manyGuests(db, event.id, 3)
  await given.dueMessage(db, event.id, { onAmbiguous })
  await illness?.(database)
  const door = await openDoor()

  const notifier = await startNotifier(database, door.open())
  await expect.poll(door.hasStruck, { timeout: withinMs }).toBe(true)
  await settlesAs(db, door, becomes)
  if (afterwards) {
    await notifier.stop()
    await meanwhile?.({ db, door })
    await timePasses(db)
    await startNotifier(database, door.open())
    await settlesAs(db, door, afterwards)
  }
  await countersEqualRows(db)
}

async function settlesAs(db: Db, door: Door, { says, waitsAtLeastS, ...expected }: Expected) {
  const facts = async () => {
    const { words: _words, waitsS: _waitsS, ...rest } = await look(db, door)
    return rest
  }
  await expect.poll(facts, { timeout: withinMs, interval: 50 }).toMatchObject(expected)
  await sleep(staysMs)
  const seen = await look(db, door)
  expect(seen).toMatchObject(expected)
  if (says) expect(seen.words).toMatch(says)
  if (waitsAtLeastS) expect(seen.waitsS).toBeGreaterThan(waitsAtLeastS)
}

async function look(db: Db, { witness }: Door) {
  const { rows } = await sql<Record<string, unknown> & { words: string; waitsS: number }>`
    select case when m.paused_at is null then m.status::text else 'paused' end as message,
      d.state as struck, d.attempt as attempts,
      (select string_agg(distinct o.state::text, ' and ') from message_deliveries o
       where o.message_id = m.id and o.address <> ${struckAddress}) as others,
      exists (select from suppressions s where s.address = ${struckAddress}) as suppressed,
      concat_ws(' ', d.reason, d.reply, m.pause_reason, m.pause_reply,
        (select string_agg(concat_ws(' ', blocked_reason, blocked_reply), ' ') from rate_buckets)) as words,
      coalesce(extract(epoch from d.due_at - now()), 0)::float8 as waits_s
    from scheduled_messages m
    left join message_deliveries d on d.message_id = m.id and d.address = ${struckAddress}`.execute(db)
  return { ...rows[0]!, mails: witness.countTo(struckAddress) }
}

/** What waits is due, what was closed may be tried, and whoever held a claim is gone. */
async function timePasses(db: Db) {
  await sql`update message_deliveries set due_at = now() where due_at > now()`.execute(db)
  await sql`update send_units set run_at = now(), lease_until = '-infinity' where run_at > now() or lease_until > now()`.execute(
    db,
  )
  await sql`update rate_buckets set blocked_until = now() where blocked_until > now()`.execute(db)
}
