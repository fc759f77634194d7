create type delivery_state as enum ('queued', 'wired', 'accepted', 'unknown', 'failed', 'skipped', 'cancelled');
create type unit_kind as enum ('expand', 'send');

-- One row per message and guest: the truth that every number is derived from.
-- No index covers a column that the send path changes, so its updates stay heap-only; fillfactor leaves the room they need.
-- There is no foreign key to the message: checking it would cost each of 100,000 inserted rows more than the row itself.
-- A message is never deleted but with its event, and that statement removes the deliveries first.
create table message_deliveries (
  message_id uuid not null,
  seq integer not null,
  guest_id uuid,
  address text,
  variables jsonb not null default '{}',
  state delivery_state not null default 'queued',
  reason text,
  carried_by uuid,
  due_at timestamptz,
  generation smallint not null default 1,
  attempt smallint not null default 0,
  provider text,
  provider_message_id text,
  wired_at timestamptz,
  accepted_at timestamptz,
  failed_at timestamptz,
  unknown_at timestamptz,
  reply text,
  delivered_at timestamptz,
  opened_at timestamptz,
  clicked_at timestamptz,
  bounced_at timestamptz,
  bounce_class text,
  bounce_text text,
  complained_at timestamptz,
  unsubscribed_at timestamptz,
  primary key (message_id, seq),
  unique (message_id, guest_id),
  check (state <> 'accepted' or accepted_at is not null),
  check (state not in ('queued', 'wired') or address is not null),
  check (state not in ('skipped', 'failed') or reason is not null)
) with (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
create index message_deliveries_failed on message_deliveries (message_id, seq) where failed_at is not null;
create index message_deliveries_unknown on message_deliveries (message_id, seq) where unknown_at is not null;

-- The work queue, and the only table that is polled: one row per message to expand or per range of about 500 deliveries.
-- A finished unit is deleted, so the table is as large as the backlog and never as large as the history.
create table send_units (
  message_id uuid not null references scheduled_messages (id) on delete cascade,
  id integer not null,
  kind unit_kind not null,
  lo integer not null,
  hi integer not null,
  cursor jsonb,
  run_at timestamptz not null default now(),
  lease_owner uuid,
  lease_until timestamptz not null default '-infinity',
  epoch integer not null default 0,
  crashes smallint not null default 0,
  priority smallint not null,
  turn bigint not null default 0,
  primary key (message_id, id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 500);
create index send_units_next on send_units (priority, turn, run_at, message_id, id);

-- What went to a provider in one call, so that a replay holds the same rows in the same order.
create table send_batches (
  message_id uuid not null,
  lo integer not null,
  generation smallint not null,
  seqs integer[] not null,
  request_hash bytea not null,
  first_wired_at timestamptz not null default now(),
  closed_at timestamptz,
  primary key (message_id, lo, generation)
);

-- Sums of delivery states, moved in the transaction that moves a row. Each notifier has its own shard; readers add them up.
create table message_counters (
  message_id uuid not null,
  shard smallint not null,
  queued integer not null default 0,
  accepted integer not null default 0,
  failed integer not null default 0,
  unknown integer not null default 0,
  skipped integer not null default 0,
  cancelled integer not null default 0,
  delivered integer not null default 0,
  opened integer not null default 0,
  opened_machine integer not null default 0,
  clicked integer not null default 0,
  clicked_machine integer not null default 0,
  bounced integer not null default 0,
  complained integer not null default 0,
  unsubscribed integer not null default 0,
  primary key (message_id, shard)
) with (fillfactor = 50);
