import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Sending is stopped everywhere, by an operator. `reason` is what hosts may read. */
export type Hold = { since: Date; reason: string | null; heldBy: string }

/** Part of every statement with which a mail could begin: what fires, what claims, and the wire mark. */
export const isHeld = sql`exists (select from sending_hold)`

export async function findHold(db: Db): Promise<Hold | undefined> {
  return db.selectFrom('sendingHold').select(['since', 'reason', 'heldBy']).executeTakeFirst()
}

/** Stops all sending from the next statement on; a hold that is there already stays, with a new reason if one is given. @returns the hold that holds now. */
export async function holdSending(db: Db, { reason, heldBy }: { reason: string | null; heldBy: string }) {
  await db
    .insertInto('sendingHold')
    .values({ reason, heldBy })
    .onConflict((conflict) => (reason === null ? conflict.doNothing() : conflict.column('one').doUpdateSet({ reason })))
    .execute()
  return (await findHold(db))!
}

/** Lets everything go on where it was. @returns the hold that ended, or undefined when there was none. */
export async function releaseSending(db: Db): Promise<Hold | undefined> {
  return db.deleteFrom('sendingHold').returning(['since', 'reason', 'heldBy']).executeTakeFirst()
}

/**
 * Transactions that may have looked for a hold before there was one, by their virtual ids. Asked after the hold is committed: whoever
 * read the empty table before holds a lock on it until its transaction ends. When those that are here now are gone, everybody has
 * seen the hold. Other programs that read the table, such as a backup, send no mail and are not waited for.
 */
export async function transactionsUnderWay(db: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct l.virtualtransaction as id
    from pg_locks l join pg_stat_activity a on a.pid = l.pid
    where l.relation = 'sending_hold'::regclass and l.granted and l.pid <> pg_backend_pid()
      and a.application_name like 'tidings%'`.execute(db)
  return rows.map(({ id }) => id)
}

/** Mails that a live notifier has marked and has no answer to. What a dead one left behind is looked at after the release. */
export async function countOnTheWire(db: Db): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n
    from send_units u join message_deliveries d on d.message_id = u.message_id and d.seq between u.lo and u.hi
    where u.kind = 'send' and u.lease_until > now() and d.state = 'wired'`.execute(db)
  return rows[0]!.n
}
