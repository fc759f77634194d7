create type message_kind as enum ('broadcast', 'reminder', 'notice', 'resend', 'confirmation', 'test');
create type message_channel as enum ('email', 'sms', 'whatsapp');
create type message_status as enum ('draft', 'scheduled', 'sending', 'sent', 'cancelled', 'failed');
create type ambiguity_policy as enum ('resend', 'hold');

create table scheduled_messages (
  id uuid primary key default uuidv7(),
  event_id uuid not null references events (id) on delete cascade,
  kind message_kind not null,
  reminder_key text,
  generation integer not null default 1,
  -- Confirmations and tests go to one person instead of an audience.
  guest_id uuid,
  recipient text,
  audience text[] not null check (cardinality(audience) > 0),
  channel message_channel not null default 'email',
  subject text not null check (char_length(subject) <= 998),
  body text not null check (octet_length(body) <= 102400),
  status message_status not null default 'draft',
  send_at timestamptz,
  rule jsonb,
  -- Null means as the operator has set it (NOTIFIER_ON_AMBIGUOUS).
  on_ambiguous ambiguity_policy,
  provider text,
  paused_at timestamptz,
  pause_reason text,
  fired_at timestamptz,
  expires_at timestamptz,
  finished_at timestamptz,
  cancelled_at timestamptz,
  -- Why a message is cancelled or failed, in a word of the code's own lists: host, event_cancelled, past_after_move, missed ...
  end_reason text,
  -- Everything a mail is made of, copied when the message fires, so that an edit of the event never mixes two texts.
  content jsonb,
  total integer,
  reopened boolean not null default false,
  created_by uuid references users (id) on delete set null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (status <> 'scheduled' or send_at is not null),
  check (status not in ('sending', 'sent') or (fired_at is not null and content is not null)),
  check ((status = 'cancelled') = (cancelled_at is not null)),
  check ((paused_at is null) = (pause_reason is null)),
  check ((kind = 'reminder') = (reminder_key is not null)),
  check (recipient is null or kind = 'test')
);
create unique index scheduled_messages_one_reminder on scheduled_messages (event_id, reminder_key, generation)
  where reminder_key is not null;
create index scheduled_messages_due on scheduled_messages (send_at, id) where status = 'scheduled';
create index scheduled_messages_sending on scheduled_messages (id) where status = 'sending';
create index scheduled_messages_of_event on scheduled_messages (event_id, id);

-- Each edit keeps what it replaced, so that figures can be read per version of the words.
create table message_revisions (
  message_id uuid not null references scheduled_messages (id) on delete cascade,
  version integer not null,
  audience text[] not null,
  subject text not null,
  body text not null,
  send_at timestamptz,
  rule jsonb,
  edited_by uuid references users (id) on delete set null,
  created_at timestamptz not null default now(),
  primary key (message_id, version)
);
