import { sql, type Selectable } from 'kysely'
import type { DeliveryStatus } from '../domain/delivery.ts'
import type { Db } from './database.ts'
import type { MessageDeliveries } from './schema.gen.ts'
import { hitsOfRow } from './visits.ts'

export type DeliveryRow = Omit<Selectable<MessageDeliveries>, 'variables'> & {
  guestName: string | null
  /** Null when the guest was removed or has none. */
  guestEmail: string | null
  openHits: number | null
  clickHits: number | null
}

export type DeliveryPage = { messageId: string; status?: DeliveryStatus; after?: number; limit: number }

/** Deliveries of a message in the order in which they were made, with the name that each mail was written to. */
export async function listDeliveries(db: Db, page: DeliveryPage): Promise<DeliveryRow[]> {
  const { messageId, status, after = 0, limit } = page
  const { rows } = await sql<DeliveryRow>`
    select d.*, ${providerMessageId(messageId)} as provider_message_id, coalesce(d.variables ->> 'name', g.name) as guest_name, g.email as guest_email,
      ${hitsOfRow}
    from message_deliveries d left join guests g on g.id = d.guest_id
    where d.message_id = ${messageId} and d.seq > ${after}
      and ${status ? sql`${statusOfDelivery} = ${status}` : sql`true`}
    order by d.seq
    limit ${limit}`.execute(db)
  return rows
}

/**
 * A mail of a first generation whose server gave it no name of its own is known by its Message-ID (see `nameGiven`). Such a server had other
 * words, which are kept. The domain, the same for all rows, is read once.
 */
const providerMessageId = (
  messageId: string,
) => sql`coalesce(d.provider_message_id, case when d.state = 'accepted' and d.reply is not null
      then '<' || d.message_id || '.' || d.seq || '.1@' || (select split_part(m.content -> 'from' ->> 'address', '@', 2)
        from scheduled_messages m where m.id = ${messageId}) || '>' end)`

/**
 * The status that people see, for filtering. The rule itself is `deliveryStatus` in the domain; a test holds the two against
 * each other in every combination.
 */
const statusOfDelivery = sql`case
  when d.complained_at is not null then 'complained'
  when d.bounced_at is not null then 'bounced'
  when d.clicked_at is not null then 'clicked'
  when d.opened_at is not null then 'opened'
  when d.delivered_at is not null then 'delivered'
  when d.state = 'queued' and d.attempt > 0 then 'delayed'
  when d.state in ('queued', 'wired') then 'queued'
  when d.state = 'accepted' then 'sent'
  else d.state::text
end`
