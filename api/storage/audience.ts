import { sql, type RawBuilder, type Selectable } from 'kysely'
import { readAudience, statusesOf } from '../domain/audiences.ts'
import type { DeliveryVariables } from '../domain/content.ts'
import type { SkipReason } from '../domain/delivery.ts'
import { limitFor, type FrequencyCap } from '../domain/frequency-cap.ts'
import { isTransactional } from '../domain/message.ts'
import type { Db } from './database.ts'
import { isMailedEnough, type CapInForce } from './frequency-cap.ts'
import type { RsvpStatus, ScheduledMessages } from './schema.gen.ts'
import { isSuppressed } from './suppressions.ts'
import { leftUnopened } from './unopened.ts'

/** Who a message is for. The count, the list of names and the send all read the same query, built here and nowhere else. */
export type Audience = {
  eventId: string
  hostId: string
  /** The answers that belong to it. */
  statuses: readonly RsvpStatus[]
  /** Instead of the answers: this one guest, for a confirmation. */
  guestId?: string | null
  /** Of those, only guests who got this other message and have not opened it, for one that is sent again. */
  unopenedOf?: string | null
  /** Notices and confirmations reach guests who unsubscribed: they asked for them or must know. */
  transactional: boolean
  /** When it fired: guests added later are not part of it. */
  until?: Date
  /** Guests who have been mailed this often lately are left out. */
  cap?: CapInForce
}

/** What of a message says to whom it goes. */
export type Addressed = Pick<
  Selectable<ScheduledMessages>,
  'eventId' | 'audience' | 'guestId' | 'kind' | 'firedAt' | 'resendOf'
> & { id?: string }

/** The audience of a message as it is stored; with a cap, as far as it holds for such a message at `endsAt`. */
export function audienceOf(
  message: Addressed,
  hostId: string,
  { frequencyCap, endsAt }: { frequencyCap?: FrequencyCap; endsAt?: Date | null } = {},
): Audience {
  const keys = readAudience(message.audience)
  const limit = limitFor(frequencyCap, message.kind)
  return {
    hostId,
    eventId: message.eventId,
    statuses: keys.ok ? statusesOf(keys.value) : [],
    guestId: message.guestId,
    unopenedOf: message.resendOf,
    transactional: isTransactional(message.kind),
    until: message.firedAt ?? undefined,
    ...(limit && { cap: { limit, messageId: message.id, endsAt } }),
  }
}

/**
 * One row per guest of the audience: `id, name, email, link_version, variables, skip_reason`, and `carrier`, the guest of a
 * shared address whose mail speaks for the whole household.
 */
export function guestsOfAudience(audience: Audience): RawBuilder<AudienceRow> {
  return sql`
    select id, name, email, link_version, variables,
      case when own_reason is null and carrier <> id then 'shared_address' else own_reason end as skip_reason,
      case when own_reason is null and carrier <> id then carrier end as carrier
    from (
      select g.id, g.name, g.email, g.link_version, ${ownVariables(audience)} as variables, own_reason,
        first_value(g.id) over (partition by g.email order by own_reason is not null, g.id) as carrier
      from guests g
      cross join lateral (select ${ownReason(audience)} as own_reason${askedOnce(audience)}) verdict
      where ${belongs(audience)}
    ) judged`
}

/** The planner asks twice what it may merge into the rest. How often somebody was mailed is worth asking once. */
const askedOnce = ({ cap }: Audience) => (cap ? sql` offset 0` : sql``)

type AudienceRow = {
  id: string
  name: string | null
  email: string | null
  linkVersion: number
  variables: DeliveryVariables
  skipReason: SkipReason | null
  carrier: string | null
}

/** Why this guest `g` is left out for its own sake, or null. The order is the order in which people are told. */
export function ownReason({ hostId, transactional, cap }: Pick<Audience, 'hostId' | 'transactional' | 'cap'>) {
  const capped = cap
    ? sql`
    when ${isMailedEnough(sql`g.email`, sql`${hostId}::uuid`, cap)} then 'frequency_capped'`
    : sql``
  return sql`case
    when g.email is null then 'no_address'
    when ${!transactional}::boolean and g.unsubscribed_at is not null then 'unsubscribed'
    when ${isSuppressed(sql`g.email`, { hostId, transactional })} then 'suppressed'${capped}
  end`
}

/** What expansion copies of guest `g`, and a preview shows: the shape is `DeliveryVariables`, without the household. */
export function ownVariables({ guestId }: Pick<Audience, 'guestId'>) {
  // A confirmation says what it confirms.
  const answer = guestId
    ? sql`jsonb_build_object('status', g.rsvp_status, 'partySize', g.party_size)`
    : sql`null::jsonb`
  return sql`json_object('name': g.name, 'linkVersion': g.link_version,
    'answered': case when g.rsvp_status <> 'pending' then true end, 'answer': ${answer} absent on null returning jsonb)`
}

/** Whether guest `g` belongs to the audience at all. */
export function belongs({ eventId, statuses, guestId, unopenedOf, until }: Audience) {
  const chosen = guestId ? sql`g.id = ${guestId}::uuid` : sql`g.rsvp_status = any(${[...statuses]}::rsvp_status[])`
  const inTime = until ? sql`and g.created_at <= ${until}` : sql``
  const unread = unopenedOf ? sql`and ${leftUnopened(sql`g.id`, sql`${unopenedOf}::uuid`)}` : sql``
  return sql`g.event_id = ${eventId}::uuid and ${chosen} ${unread} ${inTime}`
}

export type AudienceCount = { count: number; skipped: Partial<Record<SkipReason, number>> }

/** How many mails the audience gets now, and how many guests are left out, by reason. */
export async function countAudience(db: Db, audience: Audience): Promise<AudienceCount> {
  const { rows } = await sql<{ skipReason: SkipReason | null; guests: number }>`
    select skip_reason, count(*)::int as guests from (${guestsOfAudience(audience)}) a group by 1`.execute(db)
  const skipped = Object.fromEntries(rows.flatMap((row) => (row.skipReason ? [[row.skipReason, row.guests]] : [])))
  return { count: rows.find((row) => row.skipReason === null)?.guests ?? 0, skipped }
}

/** Names behind the count, for "see who": those who get it first, then those left out with their reason. */
export async function listAudience(db: Db, audience: Audience, page: { limit: number; offset: number }) {
  const { rows } = await sql<AudienceRow>`
    select * from (${guestsOfAudience(audience)}) a
    order by skip_reason is not null, lower(coalesce(name, email)), id
    limit ${page.limit} offset ${page.offset}`.execute(db)
  return rows
}
