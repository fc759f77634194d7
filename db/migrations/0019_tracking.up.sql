-- What a host has decided for all their events. No row: nothing has been decided, and nothing is counted.
create table host_settings (
  host_id uuid primary key references users (id) on delete cascade,
  track_opens boolean not null default false,
  track_clicks boolean not null default false,
  updated_at timestamptz not null default now()
);

-- Where the links of a message lead that go through our address first: written when it fires, and never again. A visit is sent to one of these
-- and to nothing that stands in the request.
create table message_links (
  message_id uuid not null references scheduled_messages (id) on delete cascade,
  n smallint not null check (n >= 1),
  url text not null check (url ~* '^https?://[!-~]+$' and char_length(url) <= 2000),
  primary key (message_id, n)
);

-- Several links of one mail within two seconds are a machine's doing, which only those who look at all of its clicks can tell.
alter table provider_events add column link text check (char_length(link) <= 2000);
create index provider_events_clicks on provider_events (message_id, seq) where kind = 'clicked' and link is not null;
