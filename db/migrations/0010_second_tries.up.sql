alter table message_deliveries
  -- A host looked at a delivery whose fate nobody knows, and leaves it as it is. It stays unknown, and late evidence still settles it.
  add column left_at timestamptz,
  -- When the answer to a try of this generation was first lost. Such a row is queued again under the same key, or as the policy says;
  -- providers forget a key after a day, and then nobody may be tried again without being asked.
  add column in_doubt_since timestamptz;

-- A message that is over goes on for those who are tried again; there are few of them, and the end of each is looked for at every poll.
create index scheduled_messages_reopened on scheduled_messages (id) where reopened;
