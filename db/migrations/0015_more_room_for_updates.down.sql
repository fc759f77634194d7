alter table message_deliveries set (fillfactor = 50);
