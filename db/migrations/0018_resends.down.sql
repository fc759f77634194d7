drop index if exists scheduled_messages_one_resend;
alter table scheduled_messages drop column if exists resend_of;
