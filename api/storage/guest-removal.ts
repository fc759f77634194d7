import { sql } from 'kysely'
import type { Db } from './database.ts'
import { isInDoubt, mayHaveGone } from './doubt.ts'
import type { GuestKey } from './guests.ts'
import { heirsOf } from './heirs.ts'
import { apiShard } from './stop-messages.ts'

/**
 * Takes a guest off the list, and out of what has not been sent: unsent mails lose their address and words. A mail that carried
 * the household is handed to its next member; one that mentions the guest beside others no longer does. What has left stays as the
 * record that it has; what may have left is unknown and keeps neither address nor words. One transaction of the caller's; rows are
 * locked message by message, in order.
 */
export async function removeGuest(db: Db, { eventId, guestId }: GuestKey): Promise<void> {
  await db.deleteFrom('guests').where('eventId', '=', eventId).where('id', '=', guestId).execute()
  await leaveHousehold(db, { eventId, guestId })
  await skipUnsent(db, { eventId, guestId })
}

/** Deliveries of this event's messages; there is an index by message and guest, and none by guest alone. */
const ofEvent = (eventId: string) =>
  sql`d.message_id in (select id from scheduled_messages where event_id = ${eventId}::uuid)`

/**
 * The carriers of mails that also speak for this guest and may still be sent, or sent again. A call whose answer is missing keeps its words:
 * it may only be repeated to the byte. Before a mail of it is written anew, `loadQueuedRows` leaves out who has gone.
 */
async function leaveHousehold(db: Db, { eventId, guestId }: GuestKey) {
  await sql`
    update message_deliveries c
    set variables = jsonb_set(c.variables, '{members}',
      jsonb_path_query_array(c.variables, '$.members[*] ? (@.guestId != $gone)', jsonb_build_object('gone', ${guestId}::text)))
    from message_deliveries d
    where d.guest_id = ${guestId} and ${ofEvent(eventId)}
      and c.message_id = d.message_id and c.guest_id = d.carried_by
      and c.state in ('queued', 'wired', 'unknown', 'failed') and c.variables ? 'members'
      and not exists (select from send_batches b where b.message_id = c.message_id and b.closed_at is null and c.seq = any(b.seqs))`.execute(
    db,
  )
}

async function skipUnsent(db: Db, { eventId, guestId }: GuestKey) {
  await sql`
    with emptied as (
      update message_deliveries d set
        -- Of one that was tried and whose answer was lost nobody can say that the guest did not get it.
        state = case when d.state <> 'queued' then d.state when not ${isInDoubt} then 'skipped' else 'unknown' end,
        reason = case when d.state not in ('queued', 'skipped') then d.reason
          when not ${isInDoubt} then 'guest_removed' else ${mayHaveGone} end,
        unknown_at = case when d.state = 'queued' and ${isInDoubt} then now() else d.unknown_at end,
        address = null, variables = '{}', carried_by = null, due_at = null
      where d.guest_id = ${guestId} and ${ofEvent(eventId)} and d.state in ('queued', 'skipped', 'failed', 'cancelled')
      returning d.message_id, d.guest_id, old.state as was, new.state as is, old.variables -> 'members' as members
    ), left_behind as (
      select *, "is" as state from emptied where was = 'queued' and members is not null
    ), ${heirsOf(sql`left_behind`)}
    insert into message_counters as c (message_id, shard, queued, skipped, unknown)
    select message_id, ${apiShard}, -sum(skipped) - sum(unknown), sum(skipped), sum(unknown)
    from (
      select message_id, ("is" = 'skipped')::int as skipped, ("is" = 'unknown')::int as unknown from emptied where was = 'queued'
      union all select message_id, -1, 0 from heirs
    ) s group by message_id
    on conflict (message_id, shard) do update
      set queued = c.queued + excluded.queued, skipped = c.skipped + excluded.skipped, unknown = c.unknown + excluded.unknown
  `.execute(db)
}
