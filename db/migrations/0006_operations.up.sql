create type suppression_reason as enum ('hard_bounce', 'complaint', 'unsubscribed', 'manual');

-- Addresses that get nothing more: from one host, or from anybody when host_id is null.
create table suppressions (
  id uuid primary key default uuidv7(),
  address text not null check (address = lower(address)),
  host_id uuid references users (id) on delete cascade,
  reason suppression_reason not null,
  detail text,
  created_at timestamptz not null default now(),
  unique nulls not distinct (address, host_id)
);

-- One row per running notifier: its heartbeat, and its shard of the counters.
create table notifiers (
  id uuid primary key default uuidv7(),
  shard smallint not null,
  host text not null,
  pid integer not null,
  version text not null,
  provider text not null,
  provider_account text not null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  stopped_at timestamptz
);
create index notifiers_seen on notifiers (seen_at);

create table audit_log (
  id uuid primary key default uuidv7(),
  at timestamptz not null default now(),
  user_id uuid,
  event_id uuid,
  action text not null,
  subject text,
  detail jsonb not null default '{}',
  ip_address text
);
create index audit_log_of_event on audit_log (event_id, id) where event_id is not null;

create table idempotency_keys (
  user_id uuid not null references users (id) on delete cascade,
  key text not null check (char_length(key) between 1 and 255),
  route text not null,
  request_hash bytea not null,
  status integer,
  response jsonb,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);
