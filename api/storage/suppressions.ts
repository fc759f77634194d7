import { sql } from 'kysely'
import type { Feedback } from '../domain/feedback.ts'
import { isTransactional, type MessageKind } from '../domain/message.ts'
import type { Db } from './database.ts'
import { hostOf } from './turns.ts'

/** Why an address was refused, in the words of its own server; longer ones are kept with the delivery. */
const detailMax = 300

/**
 * Remembers addresses at which nobody lives, so that they are not tried again: providers judge a sender by such tries. It holds for
 * the host who sent there and not for everybody: a host who writes to somebody else's guests, or whose mail is refused under another
 * pretext, takes nothing from the others. Only rows that have failed count, with the address that they were sent to.
 */
export async function suppressBadAddresses(db: Db, rows: readonly { messageId: string; seq: number }[]): Promise<void> {
  await sql`
    insert into suppressions (address, host_id, reason, detail)
    select distinct on (lower(d.address), e.host_id) lower(d.address), e.host_id, 'hard_bounce', left(coalesce(d.reply, d.reason), ${detailMax})
    from unnest(${rows.map((row) => row.messageId)}::uuid[], ${rows.map((row) => row.seq)}::int[]) as bad(message_id, seq)
    join message_deliveries d on d.message_id = bad.message_id and d.seq = bad.seq
    join scheduled_messages m on m.id = d.message_id
    join events e on e.id = m.event_id
    where d.state = 'failed' and d.address is not null
    order by lower(d.address), e.host_id
    on conflict (address, host_id) do nothing`.execute(db)
}

/** Remembers what providers report of addresses, and of guests who left. */
export async function suppressReported(db: Db, reports: readonly Feedback[]): Promise<void> {
  await suppressGivenUp(db, reports)
  await stopWhoLeft(db, reports)
}

/**
 * Nobody lives there, or its owner calls our mails spam. It holds for the host who wrote. A report of an earlier try that names no address may
 * be about one that was corrected since, and gives none up.
 */
async function suppressGivenUp(db: Db, reports: readonly Feedback[]) {
  const bad = reports.filter(
    ({ kind, bounceClass }) => kind === 'complained' || (kind === 'bounced' && bounceClass === 'permanent'),
  )
  if (bad.length > 0) {
    await sql`
      insert into suppressions (address, host_id, reason, detail)
      select distinct on (lower(d.address), e.host_id) lower(d.address), e.host_id, bad.reason, left(bad.detail, ${detailMax})
      from unnest(${bad.map((r) => r.messageId)}::uuid[], ${bad.map((r) => r.seq)}::int[],
        ${bad.map((r) => r.generation)}::int[], ${bad.map(({ address }) => address ?? null)}::text[],
        ${bad.map(({ kind }) => (kind === 'complained' ? 'complaint' : 'hard_bounce'))}::suppression_reason[],
        ${bad.map(({ detail }) => detail ?? null)}::text[]) as bad(message_id, seq, generation, address, reason, detail)
      join message_deliveries d on d.message_id = bad.message_id and d.seq = bad.seq
      join scheduled_messages m on m.id = d.message_id
      join events e on e.id = m.event_id
      where d.address is not null and (bad.generation = d.generation or lower(bad.address) = lower(d.address))
      order by lower(d.address), e.host_id, bad.reason
      on conflict (address, host_id) do update set reason = excluded.reason, detail = excluded.detail
      -- A mailbox that does not exist outranks what its owner had chosen.
      where excluded.reason = 'hard_bounce' and suppressions.reason in ('complaint', 'unsubscribed')`.execute(db)
  }
}

/**
 * A guest who leaves by the provider's own link has left the event's mails, like by ours; and with them whoever shares the address with them,
 * for a provider hears it of an address, and sends nothing more there whoever of a household is meant.
 */
async function stopWhoLeft(db: Db, reports: readonly Feedback[]) {
  const left = reports.filter(({ kind }) => kind === 'unsubscribed')
  if (left.length > 0) {
    await sql`
      with leaving as materialized (
        select distinct m.event_id, d.guest_id,
          case when l.generation = d.generation or lower(l.address) = lower(d.address) then lower(d.address) end as address
        from unnest(${left.map((r) => r.messageId)}::uuid[], ${left.map((r) => r.seq)}::int[],
          ${left.map((r) => r.generation)}::int[], ${left.map(({ address }) => address ?? null)}::text[])
          as l(message_id, seq, generation, address)
        join message_deliveries d on d.message_id = l.message_id and d.seq = l.seq
        join scheduled_messages m on m.id = d.message_id
      ), named as (
        select guest_id as id from leaving
        union
        select g.id from guests g join leaving l on g.event_id = l.event_id and g.email = l.address
      ), theirs as (
        -- In the order of their ids, so that two who hear of one household wait for each other.
        select g.id from guests g join named on named.id = g.id
        where g.unsubscribed_at is null
        order by g.id for no key update of g
      )
      update guests g set unsubscribed_at = now(), version = g.version + 1
      from theirs where g.id = theirs.id and g.unsubscribed_at is null`.execute(db)
  }
}

/** Whether mails to `address` are given up for this host; the wire mark asks the same. */
export function isSuppressed(
  address: ReturnType<typeof sql>,
  { hostId, transactional }: { hostId: string; transactional: boolean },
) {
  return sql`exists (
    select from suppressions s
    where s.address = ${address} and (s.host_id is null or s.host_id = ${hostId}::uuid)
      and (${!transactional}::boolean or s.reason = 'hard_bounce')
  )`
}

/** How many failed guests of a message can't be tried again, for their address has bounced and nobody has corrected it since. */
export async function countBounced(
  db: Db,
  { id, kind }: { id: string; kind: MessageKind },
  guests: readonly string[] | 'all',
): Promise<number> {
  const host = { hostId: await hostOf(db, id), transactional: isTransactional(kind) }
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n
    from message_deliveries d left join guests g on g.id = d.guest_id
    where d.message_id = ${id} and d.failed_at is not null and d.state = 'failed'
      and ${guests === 'all' ? sql`true` : sql`d.guest_id = any(${[...guests]}::uuid[])`}
      and ${isSuppressed(sql`coalesce(g.email, d.address)`, host)}`.execute(db)
  return rows[0]!.n
}
