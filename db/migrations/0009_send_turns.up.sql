-- Whose turn it is: one row per host with work in a priority. `turn` counts the rows that were claimed for the host, from where the
-- others stood when it came; the least goes next. `expires_at` is that of the message it came with, and decides between equals.
create table send_turns (
  priority smallint not null,
  host_id uuid not null,
  turn bigint not null,
  expires_at timestamptz not null default 'infinity',
  primary key (priority, host_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 500);
create index send_turns_next on send_turns (priority, turn, expires_at, host_id);

alter table send_units
  add column host_id uuid,
  -- Until when its mails are useful: between units whose turn is the same, the one that is useless soonest goes first.
  add column expires_at timestamptz not null default 'infinity',
  -- Rows that waited when a claim of it had run out; null as long as none has. Fewer at the next time means that work went on.
  add column waiting integer;

update send_units u set host_id = e.host_id, expires_at = coalesce(m.expires_at, 'infinity')
from scheduled_messages m join events e on e.id = m.event_id
where m.id = u.message_id;
insert into send_turns (priority, host_id, turn) select distinct priority, host_id, 0 from send_units;

-- A host's turn stays for as long as it has work: without it nobody would find its units.
alter table send_units
  alter column host_id set not null,
  add constraint send_units_have_a_turn foreign key (priority, host_id) references send_turns (priority, host_id);

drop index send_units_next;
create index send_units_next on send_units (priority, host_id, turn, expires_at, message_id, id);
