import { sql } from 'kysely'
import type { GuestRow as FileRow } from '../domain/guest-csv.ts'
import type { ExistingGuest, ImportPlan } from '../domain/merge-guests.ts'
import type { Db } from './database.ts'

/** Rows of one statement: large enough that round trips cost nothing, small enough for the server's memory. */
const rowsPerStatement = 10_000

/** The guests whom a file may mean: those with one of its addresses, and those without an address who have one of its names. */
export function findGuestsLike(db: Db, eventId: string, rows: readonly FileRow[]): Promise<ExistingGuest[]> {
  const emails = rows.flatMap(({ email }) => email ?? [])
  const names = rows.flatMap(({ email, name }) => (email === null && name !== null ? [name] : []))
  return db
    .selectFrom('guests')
    .select(['id', 'name', 'email', 'phone', 'rsvpStatus', 'partySize', 'tags', 'household', 'respondedAt'])
    .where('eventId', '=', eventId)
    .where(({ or, and, eb }) =>
      or([
        eb('email', '=', sql<string>`any(${emails}::text[])`),
        and([eb('email', 'is', null), eb('name', '=', sql<string>`any(${names}::text[])`)]),
      ]),
    )
    .execute()
}

/** Carries out an import in the caller's transaction: a few statements, however many guests. */
export async function importGuests(db: Db, eventId: string, plan: ImportPlan): Promise<void> {
  // First the updates: a new member of a household may need the household of the one who is there.
  for (const part of slices(plan.updated)) await updateGuests(db, part)
  for (const part of slices(plan.created)) await insertGuests(db, eventId, part)
}

async function insertGuests(db: Db, eventId: string, guests: ImportPlan['created']) {
  const rows = guests.map(({ name, email, phone, rsvpStatus, partySize, tags, household }) => ({
    ...{ name, email, phone, tags, household },
    ...{ rsvp_status: rsvpStatus, party_size: partySize },
  }))
  await sql`
    insert into guests (event_id, name, email, phone, rsvp_status, party_size, tags, household)
    select ${eventId}, name, email, phone, rsvp_status, party_size, tags, household
    from rows from (json_to_recordset(${JSON.stringify(rows)}::json)
      as (name text, email text, phone text, rsvp_status rsvp_status, party_size int, tags text[], household text))
      with ordinality as r(name, email, phone, rsvp_status, party_size, tags, household, n)
    order by n`.execute(db)
}

/** A blank cell never erases, so what a change does not name stays. */
async function updateGuests(db: Db, updates: ImportPlan['updated']) {
  const rows = updates.map(({ guestId, change }) => ({
    ...{ id: guestId, name: change.name, phone: change.phone, tags: change.tags, household: change.household },
    ...{ rsvp_status: change.rsvpStatus, party_size: change.partySize },
  }))
  await sql`
    update guests g
    set name = coalesce(r.name, g.name), phone = coalesce(r.phone, g.phone), tags = coalesce(r.tags, g.tags),
      household = coalesce(r.household, g.household), rsvp_status = coalesce(r.rsvp_status, g.rsvp_status),
      party_size = coalesce(r.party_size, g.party_size), version = g.version + 1, updated_at = now()
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as r(id uuid, name text, phone text, tags text[], household text, rsvp_status rsvp_status, party_size int)
    where g.id = r.id`.execute(db)
}

function slices<T>(rows: readonly T[]): T[][] {
  const starts = Array.from({ length: Math.ceil(rows.length / rowsPerStatement) }, (_, i) => i * rowsPerStatement)
  return starts.map((start) => rows.slice(start, start + rowsPerStatement))
}
