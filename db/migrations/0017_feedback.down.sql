alter table message_deliveries
  drop column if exists opened_machine_at, drop column if exists clicked_machine_at, drop column if exists machine_reason;
drop table if exists provider_events;
drop type if exists feedback_kind;
