import { setTimeout as sleep } from 'node:timers/promises'
import type { MessageKind } from '../../api/domain/message.ts'
import type { Tables } from './events.ts'

/** What every contestant sends: a name, a list, a personal link. */
export const words = {
  subject: 'See you soon, {{guest_name}}',
  body: 'Hi {{guest_name}},\n\n**{{event_name}}** is on {{event_date}} at {{venue}}.\n\n- Bring a bottle\n- Bring a friend\n\n[Your answer]({{rsvp_link}})',
}

export const sender = { name: 'Tidings', address: 'hello@tidings.test' }
export const publicUrl = 'http://localhost:3000'
export const secretKey = 'a key for the benchmark, long enough for it'

type Due = { kind?: MessageKind; tell?: boolean }

/** A message to everyone of an event that is due at this moment. Those who listen are told, unless it is to be a secret. */
export async function messageDueNow({ pool }: Tables, eventId: string, { kind = 'broadcast', tell = true }: Due = {}) {
  const { rows } = await pool.query(
    `insert into scheduled_messages (event_id, kind, audience, subject, body, status, send_at)
     values ($1, $4, '{everyone}', $2, $3, 'scheduled', now()) returning id`,
    [eventId, words.subject, words.body, kind],
  )
  if (tell) await pool.query("select pg_notify('tidings_due', '')")
  return rows[0].id as string
}

/** A small pause between two looks: half of it is lost on average, and twenty looks a second cost the database nothing. */
const lookEveryMs = 50

/** No bench sends for longer than this. */
const sentWithinMs = 180_000

export async function untilSent({ pool }: Tables, messageId: string) {
  for (const startedAt = Date.now(); Date.now() - startedAt < sentWithinMs; await sleep(lookEveryMs)) {
    const { rows } = await pool.query('select status from scheduled_messages where id = $1', [messageId])
    if (rows[0]?.status === 'sent') return
  }
  throw new Error(`the message ${messageId} was not sent in time`)
}

/** @throws Error unless each of so many deliveries is recorded as accepted. Answers when the last one was, in ms since 1970. */
export async function lastRecordedAt({ pool }: Tables, messageId: string, deliveries: number): Promise<number> {
  const { rows } = await pool.query(
    `select count(*)::int as accepted, (extract(epoch from max(accepted_at)) * 1000)::float8 as last_at
     from message_deliveries where message_id = $1 and state = 'accepted'`,
    [messageId],
  )
  if (rows[0].accepted !== deliveries)
    throw new Error(`${rows[0].accepted} of ${deliveries} deliveries are recorded as accepted`)
  return rows[0].last_at
}
