drop index if exists provider_events_opens;
alter table provider_events drop column if exists hits;
