drop index if exists provider_events_clicks;
alter table provider_events drop column if exists link;
drop table if exists message_links, host_settings;
