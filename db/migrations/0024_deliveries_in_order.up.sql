-- A notifier may be recording at this moment: what it wrote after the rows were copied would be gone with the old table, and mails that were
-- accepted would leave again. So whoever writes is waited for, and then waits.
lock table message_deliveries in access exclusive mode;

-- An update is written to the log as what differs between the old row and the new one: from the first byte that differs to the last. The
-- columns stand in the order in which they change, so that this is short: first what never does, then what the wire mark writes, then what
-- the outcome writes, which begins with the state; last what is seldom there at all.
create table message_deliveries_in_order (
  message_id uuid not null,
  seq integer not null,
  generation smallint not null default 1,
  guest_id uuid,
  carried_by uuid,
  address text,
  variables jsonb not null default '{}',
  provider text,
  wired_at timestamptz,
  attempt smallint not null default 0,
  state delivery_state not null default 'queued',
  accepted_at timestamptz,
  reply text,
  provider_message_id text,
  reason text,
  due_at timestamptz,
  failed_at timestamptz,
  unknown_at timestamptz,
  in_doubt_since timestamptz,
  doubted_at timestamptz,
  left_at timestamptz,
  delivered_at timestamptz,
  opened_at timestamptz,
  opened_machine_at timestamptz,
  clicked_at timestamptz,
  clicked_machine_at timestamptz,
  machine_reason text,
  bounced_at timestamptz,
  bounce_class text,
  bounce_text text,
  complained_at timestamptz,
  unsubscribed_at timestamptz
) with (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);

insert into message_deliveries_in_order (
  message_id, seq, generation, guest_id, carried_by, address, variables, provider, wired_at, attempt, state, accepted_at, reply,
  provider_message_id, reason, due_at, failed_at, unknown_at, in_doubt_since, doubted_at, left_at, delivered_at, opened_at,
  opened_machine_at, clicked_at, clicked_machine_at, machine_reason, bounced_at, bounce_class, bounce_text, complained_at, unsubscribed_at)
select
  message_id, seq, generation, guest_id, carried_by, address, variables, provider, wired_at, attempt, state, accepted_at, reply,
  provider_message_id, reason, due_at, failed_at, unknown_at, in_doubt_since, doubted_at, left_at, delivered_at, opened_at,
  opened_machine_at, clicked_at, clicked_machine_at, machine_reason, bounced_at, bounce_class, bounce_text, complained_at, unsubscribed_at
from message_deliveries order by message_id, seq;

drop table message_deliveries;
alter table message_deliveries_in_order rename to message_deliveries;
alter table message_deliveries
  add constraint message_deliveries_pkey primary key (message_id, seq),
  add constraint message_deliveries_one_per_guest unique (guest_id, message_id),
  add constraint message_deliveries_check check (state <> 'accepted' or accepted_at is not null),
  add constraint message_deliveries_check1 check (state not in ('queued', 'wired') or address is not null),
  add constraint message_deliveries_check2 check (state not in ('skipped', 'failed') or reason is not null);
create index message_deliveries_failed on message_deliveries (message_id, seq) where failed_at is not null;
create index message_deliveries_unknown on message_deliveries (message_id, seq) where unknown_at is not null;
create index message_deliveries_opened on message_deliveries (message_id, guest_id) where opened_at is not null;

analyze message_deliveries;
