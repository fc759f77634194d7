import { sql } from 'kysely'
import type { Db } from '../api/storage/database.ts'
import type { DeliveryState } from '../api/storage/schema.gen.ts'
import * as given from './given.ts'

type Outcome = Exclude<DeliveryState, 'queued' | 'wired'>

/**
 * A message that is over: guest n of `outcomes` has the n-th outcome, at address guest-n@example.com. All units are gone.
 * Without an accepted or unknown one it has failed, as the notifier would say.
 */
export async function finishedMessage(
  db: Db,
  outcomes: readonly Outcome[],
  values: { hostId?: string; eventId?: string } = {},
) {
  const eventId = values.eventId ?? (await given.event(db, values)).id
  const guests = await given.manyGuests(db, eventId, outcomes.length)
  const reached = outcomes.some((state) => state === 'accepted' || state === 'unknown')
  const firedAt = new Date(Date.now() - 3_600_000)
  const message = await given.message(db, eventId, {
    ...{ sendAt: firedAt, firedAt, finishedAt: firedAt, content: '{}', total: outcomes.length, provider: 'smtp' },
    ...(reached ? { status: 'sent' } : { status: 'failed', endReason: 'all_failed' }),
  })
  const at = (state: Outcome, wanted: Outcome) => (state === wanted ? firedAt : null)
  const rows = outcomes.map((state, index) => ({
    ...{
      messageId: message.id,
      seq: index + 1,
      guestId: guests[index]!.id,
      address: guests[index]!.email,
      state,
      attempt: 1,
    },
    variables: JSON.stringify({ name: guests[index]!.name, linkVersion: 1 }),
    reason: state === 'skipped' ? 'unsubscribed' : state === 'failed' ? 'Nobody lives there.' : null,
    acceptedAt: at(state, 'accepted'),
    failedAt: at(state, 'failed'),
    unknownAt: at(state, 'unknown'),
    providerMessageId: state === 'accepted' ? `p-${index + 1}` : null,
  }))
  await db.insertInto('messageDeliveries').values(rows).execute()
  await sql`
    insert into message_counters (message_id, shard, accepted, failed, unknown, skipped, cancelled)
    select message_id, 1, count(*) filter (where state = 'accepted'), count(*) filter (where state = 'failed'),
      count(*) filter (where state = 'unknown'), count(*) filter (where state = 'skipped'), count(*) filter (where state = 'cancelled')
    from message_deliveries where message_id = ${message.id} group by 1`.execute(db)
  return { message, guests, eventId }
}
