import type { Db } from './database.ts'

/** The message that this one was sent again as; one that was cancelled before it went is none. */
export async function findResend(db: Db, messageId: string): Promise<string | null> {
  const row = await db
    .selectFrom('scheduledMessages')
    .select('id')
    .where('resendOf', '=', messageId)
    .where('status', '<>', 'cancelled')
    .executeTakeFirst()
  return row?.id ?? null
}
