-- "Send now" waits for the undo window as a scheduled message. It has no rule while it waits, so that an edit of the event
-- does not move it; undoing it takes the time back from the last revision that was not sent now.
alter table scheduled_messages
  add column sent_now boolean not null default false,
  add constraint scheduled_messages_sent_now check (not sent_now or rule is null);
alter table message_revisions add column sent_now boolean not null default false;
