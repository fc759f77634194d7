drop index if exists provider_events_unprocessable;
alter table notifiers drop column if exists event_api;
drop table if exists backfills;
drop table if exists pipeline_runs;
drop table if exists pipeline_cursors;
