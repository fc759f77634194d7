import { sql, type RawBuilder } from 'kysely'

/**
 * Whether a guest got this message and has not read it: the mail was taken and neither opened nor clicked by a person, it did not bounce, and
 * nobody complained of it or unsubscribed through it. The mail of a household speaks for all who share its address, and is opened for all.
 */
export function leftUnopened(guestId: RawBuilder<unknown>, messageId: RawBuilder<unknown>) {
  return sql<boolean>`exists (
    select from message_deliveries own
    join message_deliveries mail on mail.message_id = own.message_id and mail.guest_id = coalesce(own.carried_by, own.guest_id)
    where own.guest_id = ${guestId} and own.message_id = ${messageId}
      and mail.state = 'accepted' and mail.opened_at is null and mail.clicked_at is null
      and mail.bounced_at is null and mail.complained_at is null and mail.unsubscribed_at is null)`
}
