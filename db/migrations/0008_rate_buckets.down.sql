alter table scheduled_messages drop column pause_reply;
drop table rate_buckets;
