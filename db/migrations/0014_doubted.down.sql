alter table message_deliveries drop column doubted_at;
