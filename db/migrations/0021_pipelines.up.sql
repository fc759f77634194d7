-- How far each job of each pipeline has read a provider's event API. A position is moved only after the events before it are stored.
create table pipeline_cursors (
  pipeline text not null check (pipeline in ('broadcasts', 'reminders')),
  job text not null check (job in ('latest-opened', 'latest-others', 'missing', 'backfill')),
  reached_at timestamptz not null,
  updated_at timestamptz not null default now(),
  primary key (pipeline, job)
);

-- Of each pipeline one run goes on at a time, in whatever replica. Whoever holds the lease may move its cursors, and nobody else.
create table pipeline_runs (
  pipeline text primary key check (pipeline in ('broadcasts', 'reminders')),
  run_id uuid,
  lease_until timestamptz not null default '-infinity',
  -- Not before this: all replicas together ask as often as one would.
  next_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  -- Why the last run ended early, in words; null when it did not.
  problem text check (char_length(problem) <= 500)
);

-- An interval of the past that an operator has read again.
create table backfills (
  id uuid primary key default uuidv7(),
  begins_at timestamptz not null,
  ends_at timestamptz not null,
  requested_at timestamptz not null default now(),
  requested_by text not null check (char_length(requested_by) <= 320),
  events integer not null default 0,
  applied integer not null default 0,
  noop integer not null default 0,
  unprocessable integer not null default 0,
  finished_at timestamptz,
  cancelled_at timestamptz,
  check (begins_at < ends_at),
  check (finished_at is null or cancelled_at is null)
);
-- One at a time: two would undo each other's position.
create unique index backfills_one_open on backfills ((true)) where finished_at is null and cancelled_at is null;

-- Whose events a notifier polls; null when it has no event API.
alter table notifiers add column event_api text;

-- Rare, and asked for by whoever looks after the webhooks.
create index provider_events_unprocessable on provider_events (applied_at) where outcome = 'unprocessable';
