drop index if exists message_deliveries_opened;
drop table if exists recount_round;
drop table if exists message_recounts;
alter table scheduled_messages drop column if exists fired_version;
