drop index send_units_next;
alter table send_units drop constraint send_units_have_a_turn, drop column host_id, drop column expires_at, drop column waiting;
create index send_units_next on send_units (priority, turn, run_at, message_id, id);
drop table send_turns;
