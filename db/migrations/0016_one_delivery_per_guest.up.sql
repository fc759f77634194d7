-- The same rule, the other way round. Led by the message, this index looked as good to the planner as the primary key where most messages have
-- one guest, as confirmations do, and a mark then read all rows of a large message to find each of its own.
alter table message_deliveries add constraint message_deliveries_one_per_guest unique (guest_id, message_id);
alter table message_deliveries drop constraint message_deliveries_message_id_guest_id_key;
