drop table if exists idempotency_keys;
drop table if exists audit_log;
drop table if exists notifiers;
drop table if exists suppressions;
drop type if exists suppression_reason;
