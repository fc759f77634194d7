drop index if exists message_deliveries_unknown;
drop index if exists message_deliveries_failed;
drop table if exists message_counters;
drop table if exists send_batches;
drop table if exists send_units;
drop table if exists message_deliveries;
drop type if exists unit_kind;
drop type if exists delivery_state;
