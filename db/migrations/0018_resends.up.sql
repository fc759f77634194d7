-- The message that is sent again to those who have not opened it. Once: a second one would be a third mail to the same people. One that was
-- cancelled before it went does not count.
alter table scheduled_messages
  add column resend_of uuid references scheduled_messages (id) on delete cascade,
  add constraint scheduled_messages_resend check ((kind = 'resend') = (resend_of is not null)),
  add constraint scheduled_messages_no_resend_of_itself check (resend_of <> id);
create unique index scheduled_messages_one_resend on scheduled_messages (resend_of)
  where resend_of is not null and status <> 'cancelled';
