create extension if not exists unaccent;
create extension if not exists btree_gist;

create type rsvp_status as enum ('pending', 'attending', 'declined', 'maybe');

-- unaccent() is only STABLE because its dictionary could be altered; ours never is, and a generated column needs IMMUTABLE.
create function search_form(value text) returns text
  language sql immutable parallel safe strict
  return lower(unaccent('unaccent'::regdictionary, value));

create table guests (
  id uuid primary key default uuidv7(),
  event_id uuid not null references events (id) on delete cascade,
  name text check (char_length(name) between 1 and 200),
  email text check (email = lower(email) and char_length(email) <= 254),
  phone text check (char_length(phone) <= 32),
  rsvp_status rsvp_status not null default 'pending',
  party_size integer not null default 1 check (party_size between 1 and 50),
  tags text[] not null default '{}',
  answers jsonb not null default '{}',
  note text check (char_length(note) <= 2000),
  household text check (char_length(household) between 1 and 200),
  -- Raising the version revokes every link that this guest was ever sent.
  link_version integer not null default 1,
  -- Set by the guest's own answer; an import never overwrites an answer that a guest gave.
  responded_at timestamptz,
  unsubscribed_at timestamptz,
  version integer not null default 1,
  search_text text generated always as (search_form(coalesce(name, '') || ' ' || coalesce(email, ''))) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (name is not null or email is not null),
  -- One address may stand for several guests only when all of them name the same household.
  constraint guests_share_address_only_in_household
    exclude using gist (event_id with =, email with =, (coalesce(household, '')) with <>)
);
create unique index guests_one_per_address on guests (event_id, email) where household is null;
create index guests_of_event on guests (event_id, id);
create index guests_by_address on guests (event_id, email, id);
