create type event_status as enum ('published', 'draft', 'cancelled');
create type collaborator_role as enum ('owner', 'editor', 'viewer');

-- The wall time and its zone are what the host said; starts_at is derived and moves with the zone's rules.
create table events (
  id uuid primary key default uuidv7(),
  host_id uuid not null references users (id),
  name text not null check (char_length(name) between 1 and 200),
  local_start timestamp not null,
  local_end timestamp check (local_end > local_start),
  timezone text not null check (timezone <> ''),
  starts_at timestamptz not null,
  ends_at timestamptz check (ends_at >= starts_at),
  venue text check (char_length(venue) between 1 and 300),
  description text check (char_length(description) <= 10000),
  capacity integer check (capacity between 1 and 1000000),
  rsvp_until timestamptz,
  branding jsonb not null default '{}',
  status event_status not null default 'published',
  cancelled_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((status = 'cancelled') = (cancelled_at is not null))
);
create index events_of_host on events (host_id);

create table event_collaborators (
  event_id uuid not null references events (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  role collaborator_role not null,
  created_at timestamptz not null default now(),
  primary key (event_id, user_id)
);
create index event_collaborators_of_user on event_collaborators (user_id, event_id);
