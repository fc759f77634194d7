import type { Insertable } from 'kysely'
import type { Db } from '../api/storage/database.ts'
import { createMessage, type NewMessageRow } from '../api/storage/messages.ts'
import type { Events, Guests, Users } from '../api/storage/schema.gen.ts'

// What a test starts from, written straight into the tables: far ahead of any clock.

let people = 0

export async function host(db: Db, values: Partial<Insertable<Users>> = {}) {
  people++
  const row = { name: `Host ${people}`, email: `host-${people}@example.org`, emailVerified: true, ...values }
  return db.insertInto('users').values(row).returningAll().executeTakeFirstOrThrow()
}

/** A published dinner far ahead, with its owner. */
export async function event(db: Db, values: Partial<Insertable<Events>> = {}) {
  const hostId = values.hostId ?? (await host(db)).id
  const when = { localStart: '2099-06-01T18:00', timezone: 'Europe/Berlin', startsAt: '2099-06-01T16:00:00Z' }
  const row = { name: 'Summer dinner', venue: 'The Old Mill', ...when, ...values, hostId }
  const created = await db.insertInto('events').values(row).returningAll().executeTakeFirstOrThrow()
  await db.insertInto('eventCollaborators').values({ eventId: created.id, userId: hostId, role: 'owner' }).execute()
  return created
}

export async function guests(db: Db, eventId: string, rows: Partial<Insertable<Guests>>[]) {
  const values = rows.map((row) => ({ name: 'Amina', ...row, eventId }))
  return db.insertInto('guests').values(values).returningAll().execute()
}

/** A draft to everybody unless told otherwise. */
export function message(db: Db, eventId: string, values: Partial<NewMessageRow> = {}) {
  const words = { subject: 'Doors open at six', body: 'Hello {{guest_name}}' }
  return createMessage(db, { kind: 'broadcast', audience: ['everyone'], ...words, ...values, eventId })
}
