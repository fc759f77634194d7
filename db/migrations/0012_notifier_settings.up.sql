-- One short hash per group of settings that replicas must have in common; see api/domain/fingerprint.ts.
alter table notifiers add column fingerprint jsonb not null default '{}';
