import type { Db } from '../api/storage/database.ts'
import { manyGuests, message, unit } from './given.ts'

/** A message in the middle of being sent: `count` guests whose mails are queued in one unit. */
export async function sendingMessage(db: Db, eventId: string, count: number) {
  const guests = await manyGuests(db, eventId, count)
  const firedAt = new Date()
  const sending = { status: 'sending' as const, sendAt: firedAt, firedAt, content: '{}', total: count }
  const created = await message(db, eventId, sending)
  const messageId = created.id
  const rows = guests.map(({ id, email, name }, index) => ({
    ...{ messageId, seq: index + 1, guestId: id, address: email },
    variables: JSON.stringify({ name, linkVersion: 1 }),
  }))
  await db.insertInto('messageDeliveries').values(rows).execute()
  await db.insertInto('messageCounters').values({ messageId, shard: 1, queued: count }).execute()
  await unit(db, messageId, { hi: count })
  return { message: created, guests }
}
