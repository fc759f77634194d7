alter table if exists message_revisions drop column if exists sent_now;
alter table if exists scheduled_messages drop column if exists sent_now;
