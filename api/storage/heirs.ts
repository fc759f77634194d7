import { sql, type RawBuilder } from 'kysely'

/**
 * Hands mails that carried a household to its next member, as parts of a statement: `heirs` are the rows that are queued for it. `carriers`
 * is a part with `message_id`, `guest_id`, `members` and the `state` that they have now. The heir is the first who still stands behind that
 * mail: a member may have been removed, or been given a mail of their own. Those who do speak through the heir from now on; the others are
 * not named. Rows are locked in order.
 */
export function heirsOf(carriers: RawBuilder<unknown>) {
  return sql`household as (
      select d.message_id, d.seq, d.guest_id, c.guest_id as carrier, m.member, m.place
      from ${carriers} c
      cross join jsonb_array_elements(c.members) with ordinality as m(member, place)
      join message_deliveries d on d.message_id = c.message_id and d.guest_id = (m.member ->> 'guestId')::uuid
      -- A carrier who is unknown may have reached the address that all of them share: nobody is mailed there on suspicion.
      where c.state <> 'unknown' and d.state = 'skipped' and d.reason = 'shared_address' and d.address is not null
      order by d.message_id, d.seq
      for update of d
    ), left_over as (
      select message_id, carrier, array_agg(guest_id order by place) as guests, jsonb_agg(member order by place) as members
      from household group by message_id, carrier
    ), handed_on as (
      update message_deliveries d set
        state = case when d.guest_id = l.guests[1] then 'queued' else d.state end,
        reason = case when d.guest_id = l.guests[1] then null else d.reason end,
        carried_by = nullif(l.guests[1], d.guest_id),
        variables = d.variables || case when d.guest_id = l.guests[1] and jsonb_array_length(l.members) > 1
          then jsonb_build_object('members', l.members - 0) else '{}' end
      from household h join left_over l on l.message_id = h.message_id and l.carrier = h.carrier
      where d.message_id = h.message_id and d.seq = h.seq and d.state = 'skipped'
      returning d.message_id, d.state
    ), heirs as (
      select message_id from handed_on where state = 'queued'
    )`
}
