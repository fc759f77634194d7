import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Why an address was refused, in the words of its own server; longer ones are kept with the delivery. */
const detailMax = 300

/**
 * Remembers addresses at which nobody lives, so that they are not tried again: providers judge a sender by such tries. It holds for
 * the host who sent there and not for everybody: a host who writes to somebody else's guests, or whose mail is refused under another
 * pretext, takes nothing from the others. Only rows that have failed count, with the address that they were sent to.
 */
export async function suppressBadAddresses(db: Db, rows: readonly { messageId: string; seq: number }[]): Promise<void> {
  await sql`
    insert into suppressions (address, host_id, reason, detail)
    select distinct on (lower(d.address), e.host_id) lower(d.address), e.host_id, 'hard_bounce', left(coalesce(d.reply, d.reason), ${detailMax})
    from unnest(${rows.map((row) => row.messageId)}::uuid[], ${rows.map((row) => row.seq)}::int[]) as bad(message_id, seq)
    join message_deliveries d on d.message_id = bad.message_id and d.seq = bad.seq
    join scheduled_messages m on m.id = d.message_id
    join events e on e.id = m.event_id
    where d.state = 'failed' and d.address is not null
    order by lower(d.address), e.host_id
    on conflict (address, host_id) do nothing`.execute(db)
}
