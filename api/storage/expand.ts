import { sql } from 'kysely'
import type { Db } from './database.ts'
import { writeSlice, type Cursor, type Expansion, type InLine } from './slice.ts'
import { turnAmongOwn } from './turns.ts'
import type { Unit } from './units.ts'

/** Guests of one transaction: about half a second's work, so that a crash costs little and the units come into line one after another. */
const sliceSize = 50_000

export type Expanded = { kind: 'slice' | 'last'; added: number } | { kind: 'lost' }

/**
 * Turns the next slice of the audience into deliveries, their units and their counters, in one transaction that also moves the cursor.
 * A crash leaves all of it or nothing, and the next owner goes on at the cursor.
 * @returns 'lost' when somebody else holds the unit by now; nothing was written then.
 */
export async function expandSlice(db: Db, unit: Unit, expansion: Expansion, limit = sliceSize): Promise<Expanded> {
  return db.transaction().execute(async (tx) => {
    const held = await lockHeldUnit(tx, unit)
    if (!held) return { kind: 'lost' }
    const line = { ...held, messageId: unit.messageId, turn: sql`${held.turn}::bigint` }
    const { added, next } = await writeSlice(tx, line, expansion, held.cursor, limit)
    if (next) await moveCursor(tx, unit, next)
    else await endExpansion(tx, unit, (held.cursor?.seq ?? 0) + added)
    return { kind: next ? 'slice' : 'last', added }
  })
}

/** Locks the unit for this transaction; undefined when the claim is not ours any more. */
async function lockHeldUnit(db: Db, { messageId, id, epoch }: Unit) {
  const { rows } = await sql<Omit<InLine, 'messageId' | 'turn'> & { turn: number; cursor: Cursor | null }>`
    select u.cursor, u.turn, u.host_id, u.priority, u.expires_at, m.provider
    from send_units u join scheduled_messages m on m.id = u.message_id
    where u.message_id = ${messageId} and u.id = ${id} and u.epoch = ${epoch} and u.lease_until > now()
    for update of u`.execute(db)
  return rows[0]
}

async function moveCursor(db: Db, { messageId, id }: Unit, next: Cursor) {
  await sql`update send_units set cursor = ${JSON.stringify(next)} where message_id = ${messageId} and id = ${id}`.execute(
    db,
  )
}

async function endExpansion(db: Db, unit: Unit, total: number) {
  await sql`delete from send_units where message_id = ${unit.messageId} and id = ${unit.id}`.execute(db)
  await db.updateTable('scheduledMessages').set({ total }).where('id', '=', unit.messageId).execute()
}

/** What is left of an audience after the slice that was written when the message fired. Its unit goes before those that send. */
export async function queueExpansion(
  db: Db,
  { messageId, hostId, priority, expiresAt, turn }: InLine,
  cursor: Cursor | null,
) {
  const first = sql`coalesce((select min(turn) from send_units where message_id = ${messageId}), ${turn})`
  await sql`
    insert into send_units (message_id, id, kind, lo, hi, priority, host_id, expires_at, turn, cursor)
    values (${messageId}, 0, 'expand', 0, 0, ${priority}, ${hostId}, ${expiresAt}, ${first},
      ${cursor && JSON.stringify(cursor)})`.execute(db)
}

export type Recipient = { address: string; name: string; shard: number }

/** The expansion of a test, which goes to one address that need not belong to a guest. */
export async function expandToRecipient(db: Db, unit: Unit, to: Recipient): Promise<Expanded> {
  return db.transaction().execute(async (tx) => {
    const held = await lockHeldUnit(tx, unit)
    if (!held) return { kind: 'lost' }
    await writeRecipient(tx, { ...held, messageId: unit.messageId, turn: sql`${held.turn}::bigint` }, to)
    await endExpansion(tx, unit, 1)
    return { kind: 'last', added: 1 }
  })
}

/** Its one row, and the unit of it. */
export async function writeRecipient(db: Db, line: InLine, to: Recipient) {
  const { messageId, provider, hostId, priority, expiresAt, turn } = line
  const variables = JSON.stringify({ name: to.name, linkVersion: 1 })
  const row = { messageId, provider, seq: 1, address: to.address, variables }
  await db.insertInto('messageDeliveries').values(row).execute()
  await db.insertInto('messageCounters').values({ messageId, shard: to.shard, queued: 1 }).execute()
  await sql`
    insert into send_units (message_id, id, kind, lo, hi, priority, host_id, expires_at, turn)
    values (${messageId}, 2, 'send', 1, 1, ${priority}, ${hostId}, ${expiresAt}, ${turn})`.execute(db)
}

/** Where a message that fires stands: beside what its host has there. The host has taken its turn before. */
export function lineOf(
  message: { id: string; provider: string },
  host: { hostId: string; priority: number; expiresAt: Date },
): InLine {
  const turn = turnAmongOwn(sql`${host.hostId}::uuid`, sql`${host.priority}::smallint`)
  return { ...host, messageId: message.id, provider: message.provider, turn }
}
