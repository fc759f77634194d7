import { onTestFinished } from 'vitest'
import { announceChanges } from '../api/storage/changes.ts'
import type { Db } from '../api/storage/database.ts'
import { createTestApp, type Somebody } from './app.ts'
import * as given from './given.ts'
import { openSocket, openStream } from './live-clients.ts'

/** An app that listens on a port, a host with an event and two messages, and clients that are closed with the test. */
export async function liveStage(options: Parameters<typeof createTestApp>[0] = {}) {
  const at = await createTestApp(options)
  onTestFinished(at.close)
  const base = await at.listen()
  const host = await at.signUp('amina@example.com')
  const event = await given.event(at.db, { hostId: host.userId })
  const [message, other] = [await given.message(at.db, event.id), await given.message(at.db, event.id)]
  const streamPath = (id = message.id) => `/api/v1/events/${event.id}/messages/${id}/metrics/stream`

  async function stream(ask: { who?: Somebody; id?: string; headers?: Record<string, string>; from?: string } = {}) {
    const { who = host, id, headers, from = base } = ask
    const client = await openStream(from, streamPath(id), { cookie: who.cookie, headers })
    onTestFinished(client.close)
    return client
  }

  async function socket(path: string, ask: { who?: Somebody | null; headers?: Record<string, string> } = {}) {
    const { who = host, headers } = ask
    const client = await openSocket(base, path, { cookie: who?.cookie, headers })
    onTestFinished(() => client.socket.terminate())
    return client
  }

  return {
    ...{ at, base, host, event, message, other, streamPath, stream, socket },
    /** So many more guests opened it; said to all who listen. */
    opens: (id: string, by = 1) => opens(at.db, id, by),
    /** Somebody with a role in the event. */
    async somebody(email: string, role?: 'viewer' | 'editor') {
      const person = await at.signUp(email)
      const key = { eventId: event.id, userId: person.userId }
      if (role)
        await at.db
          .insertInto('eventCollaborators')
          .values({ ...key, role })
          .execute()
      return person
    },
    /** Nobody is in the event any more but its host. */
    takeAway: (userId: string) =>
      at.db.deleteFrom('eventCollaborators').where('eventId', '=', event.id).where('userId', '=', userId).execute(),
  }
}

export async function opens(db: Db, messageId: string, by = 1, { isTold = true } = {}) {
  await db
    .insertInto('messageCounters')
    .values({ messageId, shard: 1, accepted: 1000, opened: by })
    .onConflict((row) =>
      row.columns(['messageId', 'shard']).doUpdateSet((old) => ({ opened: old('messageCounters.opened', '+', by) })),
    )
    .execute()
  if (isTold) await announceChanges(db, { messages: [messageId] })
}
