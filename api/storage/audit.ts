import type { Db } from './database.ts'

/** Somebody did something that may be asked about later. Written in the deed's own transaction where it has one. */
export type AuditEntry = {
  /** Verb of the deed, such as "operator.hold". */
  action: string
  /** What it was done to, mostly the id of a message. */
  subject?: string
  eventId?: string
  /** An operator at the command line has no account here; `detail.by` says who it was. */
  userId?: string
  detail?: Record<string, unknown>
  ipAddress?: string
}

export async function writeAudit(db: Db, { detail = {}, ...entry }: AuditEntry): Promise<void> {
  await db
    .insertInto('auditLog')
    .values({ ...entry, detail: JSON.stringify(detail) })
    .execute()
}
