-- While this table has its row, no mail starts anywhere: nothing fires, is claimed or marked. An operator puts it there and takes it
-- away. A restored backup is looked at under it before the notifiers may send.
create table sending_hold (
  one boolean primary key default true check (one),
  since timestamptz not null default now(),
  reason text check (char_length(reason) <= 500),
  held_by text not null
);
