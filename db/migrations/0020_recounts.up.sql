-- Which version of its words a message fired with: reminders are kept per version, and their figures belong to the one that went out.
alter table scheduled_messages add column fired_version integer;
update scheduled_messages set fired_version = version where fired_at is not null;

-- When the counters of a message were last held against its rows, and what they said: only when they say something else is it worth
-- reading the rows again.
create table message_recounts (
  message_id uuid primary key references scheduled_messages (id) on delete cascade,
  sums integer[] not null,
  checked_at timestamptz not null default now()
);

-- One of all replicas at a time goes through the messages, so far and no further; the row is its turn.
create table recount_round (
  one boolean primary key default true check (one),
  -- The last message that was looked at.
  after uuid,
  next_at timestamptz not null default now()
);

-- Who has opened a message: what a second mail has brought is told while people watch. Reading all rows of a message to 100,000 guests took
-- 320 ms where this takes 14. An open is written once per mail and now writes the indexes (472 bytes of WAL instead of 124); what the send path
-- changes is not in it, and its updates stay on their page.
create index message_deliveries_opened on message_deliveries (message_id, guest_id) where opened_at is not null;
