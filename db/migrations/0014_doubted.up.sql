-- Nobody knew whether this delivery had arrived, and its host had it sent again. The new try says nothing about the one before: if it
-- does not reach the guest either, the delivery is unknown, not cancelled, skipped or failed. Unlike `in_doubt_since` it is of a former
-- generation, which no provider knows by the key of this one.
alter table message_deliveries add column doubted_at timestamptz;
