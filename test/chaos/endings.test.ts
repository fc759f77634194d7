import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { Db } from '../../api/storage/database.ts'
import { cloneDatabase } from '../database.ts'
import * as given from '../given.ts'
import { startSmtpPeer } from '../peers/smtp-server.ts'
import { allEnded, balance } from './books.ts'
import { startReplica, until } from './replica.ts'
import { report } from './report.ts'
import { scaled } from './scale.ts'
import { dueBroadcasts } from './storm.ts'

const connections = 5

/** DESIGN 5.10: told to stop, a notifier waits for answers for 25 seconds at most. */
const stopsWithinMs = 25_000

async function peer(latencyMs: number) {
  const witness = await startSmtpPeer({ latencyMs, keep: false })
  onTestFinished(() => witness.close())
  const env = { SMTP_URL: witness.url, SMTP_MAX_CONNECTIONS: String(connections), NOTIFIER_ON_AMBIGUOUS: 'hold' }
  return { witness, env }
}

test('told to stop in the middle, again and again, a notifier leaves nothing in doubt and nothing claimed, and ends well', async () => {
  const database = await cloneDatabase({ connectionsMax: 5 })
  const { witness, env } = await peer(100)
  await dueBroadcasts(database.db, 1, 200)
  const stops = scaled(3, 10)

  for (let stop = 1; stop <= stops; stop++) {
    const replica = startReplica(database.url, env)
    await replica.ready
    await until('the middle', () => witness.count >= (stop * 150) / stops)
    const toldAt = performance.now()
    replica.kill('SIGTERM')

    expect(await replica.ended).toBe('it ended with exit code 0')
    expect(performance.now() - toldAt).toBeLessThan(stopsWithinMs)
    expect(await inDoubt(database.db)).toEqual({ wired: 0, unknown: 0, claimed: 0 })
  }
  startReplica(database.url, env)
  await allEnded(database.db, 60_000)

  const books = await balance(database.db, witness)
  report('Told to stop in the middle (SIGTERM)', {
    stops,
    mails: books.mails,
    lost: books.lost.length,
    doubled: books.doubled,
    unknown: books.unknown,
  })
  expect(books).toMatchObject({ lost: [], doubled: 0, accepted: 200, unknown: 0 })
})

test('three notifiers that finish many small messages at the same moments finish each of them once', async () => {
  const database = await cloneDatabase({ connectionsMax: 5 })
  const { witness, env } = await peer(0)
  await countFinishes(database.db)
  for (let host = 1; host <= 3; host++) {
    const event = await given.event(database.db)
    await given.manyGuests(database.db, event.id, 3, (n) => ({ email: `h${host}-guest-${n}@example.com` }))
    for (let each = 1; each <= 10; each++) await given.dueMessage(database.db, event.id)
  }

  for (let replica = 1; replica <= 3; replica++) startReplica(database.url, env)
  await allEnded(database.db, 60_000)

  expect(witness.count).toBe(3 * 10 * 3)
  expect(await finishes(database.db)).toEqual(Array.from({ length: 30 }, () => 1))
})

test('killed after the last mail was entered and before its message could end, a notifier leaves it to others, who end it once', async () => {
  const database = await cloneDatabase({ connectionsMax: 5 })
  const { witness, env } = await peer(0)
  await countFinishes(database.db)
  await dueBroadcasts(database.db, 1, 20)
  const killed = startReplica(database.url, env)
  await until('the message is being sent', () => witness.count > 0)

  // Somebody holds the message, as an edit would, so that nobody can end it yet.
  await database.db.transaction().execute(async (tx) => {
    await sql`select from scheduled_messages for no key update`.execute(tx)
    await until('the last mail is entered', async () => (await unitsLeft(database.db)) === 0)
    killed.kill('SIGKILL')
    await killed.ended
  })
  const endedBefore = await finishes(database.db)
  startReplica(database.url, env)
  startReplica(database.url, env)
  await allEnded(database.db, 60_000)

  expect(endedBefore).toEqual([])
  expect(await finishes(database.db)).toEqual([1])
  expect(await balance(database.db, witness)).toMatchObject({ lost: [], doubled: 0, accepted: 20 })
})

/** The database itself writes down each time that a message ends. */
async function countFinishes(db: Db) {
  await sql`create table finishes (message_id uuid)`.execute(db)
  await sql`create function note_finish() returns trigger language plpgsql as
    $$ begin insert into finishes values (new.id); return null; end $$`.execute(db)
  await sql`create trigger finished after update on scheduled_messages for each row
    when (old.finished_at is distinct from new.finished_at) execute function note_finish()`.execute(db)
}

async function finishes(db: Db) {
  const { rows } = await sql<{
    times: number
  }>`select count(*)::int as times from finishes group by message_id`.execute(db)
  return rows.map(({ times }) => times)
}

async function unitsLeft(db: Db) {
  return (await db.selectFrom('sendUnits').select('id').execute()).length
}

async function inDoubt(db: Db) {
  const { rows } = await sql<{ wired: number; unknown: number; claimed: number }>`select
    (select count(*)::int from message_deliveries where state = 'wired') as wired,
    (select count(*)::int from message_deliveries where state = 'unknown') as unknown,
    (select count(*)::int from send_units where lease_until > now()) as claimed`.execute(db)
  return rows[0]
}
