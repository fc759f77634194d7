drop index scheduled_messages_reopened;
alter table message_deliveries drop column in_doubt_since, drop column left_at;
