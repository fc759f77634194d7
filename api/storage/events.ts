import type { Db } from './database.ts'

/**
 * Removes events with all that hangs on them. Deliveries, batches and counters have no foreign key (it would cost each insert more
 * than the row itself), so they go first.
 */
export async function deleteEvents(db: Db, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return
  const messages = db.selectFrom('scheduledMessages').select('id').where('eventId', 'in', eventIds)
  await db.deleteFrom('messageDeliveries').where('messageId', 'in', messages).execute()
  await db.deleteFrom('sendBatches').where('messageId', 'in', messages).execute()
  await db.deleteFrom('messageCounters').where('messageId', 'in', messages).execute()
  await db.deleteFrom('events').where('id', 'in', eventIds).execute()
}
