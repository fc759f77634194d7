-- How often a picture was fetched or a link followed in the time that is one report: people look twice, and hosts ask how often. The facts of a
-- delivery stay what happened first; this is only summed up when a host reads of one guest.
alter table provider_events add column hits integer not null default 1 check (hits >= 1);
create index provider_events_opens on provider_events (message_id, seq) where kind = 'opened' and provider = 'tidings';
