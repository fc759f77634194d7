-- One row per provider account that has a limit or is in trouble, shared by all notifiers. Calls are counted: a batch of mails is one.
create table rate_buckets (
  account text primary key,
  provider text not null,
  -- Calls a second that the account allows; null is no limit. The rate in force is `rate` as of `rate_at`, and grows back to the ceiling.
  ceiling double precision check (ceiling > 0),
  rate double precision check (rate > 0),
  rate_at timestamptz not null default now(),
  burst double precision check (burst >= 1),
  -- As of `updated_at`.
  tokens double precision not null default 0,
  updated_at timestamptz not null default now(),
  -- A limit of our own making, after the provider asked to slow down: it ends when the rate is back at the ceiling.
  adaptive boolean not null default false,
  -- What is left of a daily quota, and when the provider is asked again.
  mails_left integer,
  mails_left_until timestamptz,
  -- Nothing leaves before this, for the reason beside it: a word of the code's own list, and the provider's words.
  blocked_until timestamptz,
  blocked_kind text,
  blocked_reason text,
  blocked_reply text,
  -- Times in a row that it was blocked without a mail in between, which the next block grows with.
  failures smallint not null default 0,
  -- After a block one call goes first, and the others wait for what becomes of it.
  probe_until timestamptz,
  check ((ceiling is null) = (rate is null) and (ceiling is null) = (burst is null)),
  check ((blocked_until is null) = (blocked_kind is null) and (blocked_until is null) = (blocked_reason is null))
) with (fillfactor = 50);

-- The provider's own words, beside the reason for which a message is paused.
alter table scheduled_messages add column pause_reply text;
