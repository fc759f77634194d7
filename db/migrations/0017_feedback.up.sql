create type feedback_kind as enum
  ('sent', 'delivered', 'delayed', 'opened', 'clicked', 'bounced', 'complained', 'unsubscribed');

-- What providers and guests' mail programs report, stored before it is answered for and applied soon after by any notifier. The name
-- that the provider gave an event makes a repeat of it known; the row that it is about stands in the tag that every mail carries.
create table provider_events (
  id bigint generated always as identity primary key,
  provider text not null,
  provider_event_id text not null check (char_length(provider_event_id) between 1 and 500),
  kind feedback_kind not null,
  happened_at timestamptz not null,
  message_id uuid not null,
  seq integer not null,
  generation smallint not null,
  provider_message_id text check (char_length(provider_message_id) <= 998),
  address text check (char_length(address) <= 320),
  -- Why it was a machine and no person; null when it was a person, or nobody can tell.
  machine text check (char_length(machine) <= 100),
  bounce_class text check (bounce_class in ('permanent', 'transient', 'undetermined')),
  detail text check (char_length(detail) <= 2000),
  received_at timestamptz not null default now(),
  -- Events of a row whose own answer is not in yet wait, and are looked at again.
  due_at timestamptz not null default now(),
  tries smallint not null default 0,
  applied_at timestamptz,
  outcome text check (outcome in ('applied', 'noop', 'unprocessable', 'unhandled')),
  unique (provider, provider_event_id),
  check ((applied_at is null) = (outcome is null))
) with (autovacuum_vacuum_scale_factor = 0.02);
create index provider_events_waiting on provider_events (due_at, id) where applied_at is null;
create index provider_events_applied on provider_events (applied_at) where applied_at is not null;

-- Machines open and click, too: scanners, image proxies. Both are kept, apart from each other.
alter table message_deliveries
  add column opened_machine_at timestamptz,
  add column clicked_machine_at timestamptz,
  add column machine_reason text;
