import type { Insertable } from 'kysely'
import { priorityOf } from '../api/domain/message.ts'
import type { Db } from '../api/storage/database.ts'
import { createMessage, type NewMessageRow } from '../api/storage/messages.ts'
import type { Events, Guests, ScheduledMessages, SendUnits, Users } from '../api/storage/schema.gen.ts'
import { hostOf, takeTurns } from '../api/storage/turns.ts'

// What a test starts from, written straight into the tables: `const event = await given.event(db)`.

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

/** `count` guests "Guest 1" ... with addresses guest-1@example.com ..., changed by what `values(n)` says. */
export async function manyGuests(
  db: Db,
  eventId: string,
  count: number,
  values: (n: number) => Partial<Insertable<Guests>> = () => ({}),
) {
  const rows = Array.from({ length: count }, (_, index) => ({
    name: `Guest ${index + 1}`,
    email: `guest-${index + 1}@example.com`,
    ...values(index + 1),
  }))
  const created = []
  for (let from = 0; from < rows.length; from += 1000) {
    created.push(...(await guests(db, eventId, rows.slice(from, from + 1000))))
  }
  return created
}

/** A broadcast to everyone that is due now. */
export function dueMessage(db: Db, eventId: string, values: Partial<Insertable<ScheduledMessages>> = {}) {
  const words = {
    subject: 'Hello {{guest_name}}',
    body: 'Hi {{guest_name}}, see you at {{event_name}}.\n\n[Answer]({{rsvp_link}})',
  }
  const due = { status: 'scheduled', sendAt: new Date(Date.now() - 1000) } as const
  return db
    .insertInto('scheduledMessages')
    .values({ eventId, kind: 'broadcast', audience: ['everyone'], ...words, ...due, ...values })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** A unit of a message that fired, with the turn of its host; 500 rows of a broadcast unless told otherwise. */
export async function unit(db: Db, messageId: string, values: Partial<Insertable<SendUnits>> = {}) {
  const row = { id: 2, kind: 'send', lo: 1, hi: 500, priority: priorityOf.broadcast, ...values } as const
  const hostId = values.hostId ?? (await hostOf(db, messageId))
  await takeTurns(db, [{ hostId, priority: row.priority, expiresAt: null }])
  return db
    .insertInto('sendUnits')
    .values({ ...row, messageId, hostId })
    .returningAll()
    .executeTakeFirstOrThrow()
}
