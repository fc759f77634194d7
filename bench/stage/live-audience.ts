import { randomUUID } from 'node:crypto'
import { streamsPerUserMax } from '../../api/realtime/register.ts'
import { publicUrl } from './messages.ts'
import { createEvent } from './events.ts'
import type { Stage } from './stage.ts'

/** Password hashes are made to be slow; two cores make them side by side. */
const signUpsAtOnce = 4

/** An event with messages that have figures, and enough viewers for so many streams: each of them may have fifty. */
export async function audienceFor({ db, pool }: Stage, base: string, size: { streams: number; messages: number }) {
  const event = await createEvent({ db, pool })
  const { rows } = await pool.query(
    `with made as (
       insert into scheduled_messages (event_id, kind, audience, subject, body)
       select $1, 'broadcast', '{everyone}', 'See you soon', 'Hello' from generate_series(1, $2) returning id
     )
     insert into message_counters (message_id, shard, accepted) select id, 1, 1000 from made returning message_id as id`,
    [event.id, size.messages],
  )
  const messages = rows.map(({ id }) => id as string)
  const cookies: string[] = []
  const people = Math.ceil(size.streams / streamsPerUserMax)
  while (cookies.length < people) {
    const some = Math.min(signUpsAtOnce, people - cookies.length)
    cookies.push(...(await Promise.all(Array.from({ length: some }, () => signUp(base)))))
  }
  await pool.query(
    `insert into event_collaborators (event_id, user_id, role)
     select $1, id, 'viewer' from users where email like 'viewer-%' on conflict do nothing`,
    [event.id],
  )
  const pathOf = (messageId: string) => `/api/v1/events/${event.id}/messages/${messageId}/metrics`
  const streams = Array.from({ length: size.streams }, (_, n) => ({
    path: `${pathOf(messages[n % messages.length]!)}/stream`,
    cookie: cookies[Math.floor(n / streamsPerUserMax)]!,
  }))
  return { messages, streams, cookies, pathOf }
}

async function signUp(base: string): Promise<string> {
  const account = { name: 'Viewer', email: `viewer-${randomUUID()}@example.org`, password: 'a long enough password' }
  const response = await fetch(`${base}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: publicUrl },
    body: JSON.stringify(account),
  })
  if (!response.ok) throw new Error(`a viewer could not sign up: ${response.status} ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
}
