import { sql } from 'kysely'
import type { DeliveryVariables } from '../domain/content.ts'
import { belongs, guestsOfAudience, ownReason, ownVariables, type Audience } from './audience.ts'
import type { Db } from './database.ts'

/** Whom a preview is for, with what expansion would copy for them. */
export type PreviewGuest = { guestId: string; variables: DeliveryVariables }

type GuestRow = {
  id: string
  name: string | null
  email: string | null
  linkVersion: number
  variables: DeliveryVariables
}

/** The guest that was asked for, or the one who gets the first mail of the audience; undefined when there is none. */
export async function previewGuest(db: Db, audience: Audience, guestId?: string): Promise<PreviewGuest | undefined> {
  const guest = guestId ? await guestOfEvent(db, audience.eventId, guestId) : await firstOfAudience(db, audience)
  if (!guest) return undefined
  const members = await othersAtAddress(db, audience, guest)
  return { guestId: guest.id, variables: { ...guest.variables, ...(members.length > 0 && { members }) } }
}

/** What was copied for a guest when the message fired. */
export async function deliveredGuest(db: Db, messageId: string, guestId: string): Promise<PreviewGuest | undefined> {
  const row = await db
    .selectFrom('messageDeliveries')
    .select('variables')
    .where('messageId', '=', messageId)
    .where('guestId', '=', guestId)
    .executeTakeFirst()
  return row && { guestId, variables: row.variables as DeliveryVariables }
}

async function guestOfEvent(db: Db, eventId: string, guestId: string): Promise<GuestRow | undefined> {
  const { rows } = await sql<GuestRow>`
    select g.id, g.name, g.email, g.link_version, ${ownVariables({})} as variables
    from guests g where g.event_id = ${eventId} and g.id = ${guestId}`.execute(db)
  return rows[0]
}

async function firstOfAudience(db: Db, audience: Audience): Promise<GuestRow | undefined> {
  const { rows } = await sql<GuestRow>`
    select g.id, g.name, g.email, g.link_version, ${ownVariables({})} as variables from guests g
    where ${belongs(audience)} and ${ownReason(audience)} is null
    order by g.email, g.id
    limit 1`.execute(db)
  return rows[0]
}

/** The rest of a household, for whom this guest's mail carries links as well. */
async function othersAtAddress(db: Db, audience: Audience, guest: GuestRow) {
  if (guest.email === null) return []
  const { rows } = await sql<GuestRow>`
    select id, name, email, link_version, variables from (${guestsOfAudience(audience)}) a
    where email = ${guest.email} and id <> ${guest.id} and (skip_reason is null or skip_reason = 'shared_address')
    order by id`.execute(db)
  return rows.map(asMember)
}

function asMember({ id, name, linkVersion }: GuestRow) {
  return { guestId: id, ...(name !== null && { name }), linkVersion }
}
