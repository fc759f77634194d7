import { sql } from 'kysely'
import type { Db } from './database.ts'
import type { GuestKey } from './guests.ts'
import { apiShard } from './stop-messages.ts'

/**
 * Takes a guest off the list, and out of what has not been sent: unsent mails lose their address and words. A mail that carried
 * the household is handed to its next member; one that mentions the guest beside others no longer does. What has left stays as the
 * record that it has. One transaction of the caller's; rows are locked message by message, in order.
 */
export async function removeGuest(db: Db, { eventId, guestId }: GuestKey): Promise<void> {
  await db.deleteFrom('guests').where('eventId', '=', eventId).where('id', '=', guestId).execute()
  await leaveHousehold(db, { eventId, guestId })
  await skipUnsent(db, { eventId, guestId })
}

/** Deliveries of this event's messages; there is an index by message and guest, and none by guest alone. */
const ofEvent = (eventId: string) =>
  sql`d.message_id in (select id from scheduled_messages where event_id = ${eventId}::uuid)`

/** The carriers of unsent mails that also speak for this guest. */
async function leaveHousehold(db: Db, { eventId, guestId }: GuestKey) {
  await sql`
    update message_deliveries c
    set variables = jsonb_set(c.variables, '{members}',
      jsonb_path_query_array(c.variables, '$.members[*] ? (@.guestId != $gone)', jsonb_build_object('gone', ${guestId}::text)))
    from message_deliveries d
    where d.guest_id = ${guestId} and ${ofEvent(eventId)}
      and c.message_id = d.message_id and c.guest_id = d.carried_by and c.state = 'queued'
      and c.variables ? 'members'`.execute(db)
}

async function skipUnsent(db: Db, { eventId, guestId }: GuestKey) {
  await sql`
    with emptied as (
      update message_deliveries d set
        state = case d.state when 'queued' then 'skipped' else d.state end,
        reason = case when d.state in ('queued', 'skipped') then 'guest_removed' else d.reason end,
        address = null, variables = '{}', carried_by = null, due_at = null
      where d.guest_id = ${guestId} and ${ofEvent(eventId)} and d.state in ('queued', 'skipped', 'failed', 'cancelled')
      returning d.message_id, old.state as was, old.variables -> 'members' as members
    ), heirs as (
      update message_deliveries d set
        state = 'queued', reason = null, carried_by = null,
        variables = d.variables || case when jsonb_array_length(e.members) > 1
          then jsonb_build_object('members', e.members - 0) else '{}' end
      from emptied e
      where e.was = 'queued' and jsonb_array_length(e.members) > 0
        and d.message_id = e.message_id and d.guest_id = (e.members -> 0 ->> 'guestId')::uuid and d.state = 'skipped'
      returning d.message_id
    )
    insert into message_counters as c (message_id, shard, queued, skipped)
    select message_id, ${apiShard}, -count(*), count(*)
    from (select message_id from emptied where was = 'queued' except all select message_id from heirs) s
    group by message_id
    on conflict (message_id, shard) do update set queued = c.queued + excluded.queued, skipped = c.skipped + excluded.skipped
  `.execute(db)
}
