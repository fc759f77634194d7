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
