import { randomUUID } from 'node:crypto'
import type { Stage } from './stage.ts'

/** A stage, as far as it is a database. */
export type Tables = Pick<Stage, 'db' | 'pool'>

export type BenchEvent = Awaited<ReturnType<typeof createEvent>>

/** A dinner far ahead, with its host. */
export async function createEvent({ db }: Tables) {
  const host = { name: 'Maren Holt', email: `host-${randomUUID()}@example.org` }
  const { id: hostId } = await db.insertInto('users').values(host).returning('id').executeTakeFirstOrThrow()
  const when = { localStart: '2099-06-01T18:00', timezone: 'Europe/Berlin', startsAt: '2099-06-01T16:00:00Z' }
  return db
    .insertInto('events')
    .values({ hostId, name: 'Summer dinner', venue: 'The Old Mill', ...when })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** An event with guests "Guest 1" and so on at `domain`, by which the sink tells them from others. */
export async function eventWithGuests(tables: Tables, guests: number, domain = 'example.com'): Promise<BenchEvent> {
  const event = await createEvent(tables)
  await tables.pool.query(
    `insert into guests (event_id, name, email)
     select $1, 'Guest ' || n, 'guest-' || n || '@' || $3 from generate_series(1, $2) n`,
    [event.id, guests, domain],
  )
  await tables.pool.query('vacuum analyze guests')
  return event
}

/** So that autovacuum does not tidy up after one contestant while the next is measured. */
export async function forgetEverything({ pool }: Tables) {
  await pool.query('truncate users, message_deliveries, message_counters, send_batches, notifiers cascade')
}
