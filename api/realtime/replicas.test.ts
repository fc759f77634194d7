import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createTestApp } from '../../test/app.ts'
import * as given from '../../test/given.ts'
import { liveStage, opens } from '../../test/live-stage.ts'
import { within } from '../../test/patience.ts'
import type { Db } from '../storage/database.ts'
import { createHub } from './hub.ts'

/** A second API process on the database of the first. */
async function secondReplica({ database }: Awaited<ReturnType<typeof createTestApp>>) {
  const second = await createTestApp({ database: { ...database, drop: async () => {} } })
  onTestFinished(second.close)
  return { ...second, base: await second.listen() }
}

const terminate = sql`select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'tidings listen' and datname = current_database()`

test('what is done through one replica is seen on the other', async () => {
  const { at, host, event, message, stream } = await liveStage()
  const second = await secondReplica(at)
  const client = await stream({ from: second.base })
  await within(() => expect(client.figures()).toHaveLength(1))

  const due = { mode: 'schedule', sendAt: '2099-05-01T10:00:00Z' }
  const reply = await host.patch(`/events/${event.id}/messages/${message.id}`, due)

  expect(reply.status).toBe(200)
  await within(() => expect(client.figures().at(-1).message.status).toBe('scheduled'))
  expect(at.hub.totalConnections()).toBe(0)
  expect(second.hub.totalConnections()).toBe(1)
})

test('a lost connection to the announcements costs a moment and no change', async () => {
  const { at, message, stream } = await liveStage()
  const client = await stream()
  await within(() => expect(client.figures()).toHaveLength(1))

  await terminate.execute(at.db)
  await opens(at.db, message.id, 4)
  await within(() => expect(client.figures().at(-1).counts.opened).toBe(4))
  await opens(at.db, message.id, 1)

  await within(() => expect(client.figures().at(-1).counts.opened).toBe(5))
})

test('a change that nobody announced is seen within five seconds', async () => {
  const { at, message, stream } = await liveStage()
  const client = await stream()
  await within(() => expect(client.figures()).toHaveLength(1))

  await opens(at.db, message.id, 4, { isTold: false })

  await within(() => expect(client.figures().at(-1).counts.opened).toBe(4))
})

test('a live view that fails in every way keeps no answer back: one warning, and one count', async () => {
  const warnings: string[] = []
  const counted: string[] = []
  const broken = {
    getExecutor: () => {
      throw new Error('broken')
    },
  } as unknown as Db
  const hub = createHub({
    db: broken,
    log: { debug: () => {}, warn: (_about, words) => void warnings.push(words) },
    meter: {
      announcementFailed: () => void counted.push('unannounced'),
      ...{ broadcast: () => {}, closed: () => {}, caughtUp: () => {} },
    },
  })
  onTestFinished(hub.shutdown)
  const at = await createTestApp({ live: { db: broken } })
  onTestFinished(at.close)
  const spied = vi.spyOn(at.hub, 'announce').mockImplementation(hub.announce)
  const host = await at.signUp('amina@example.com')
  const event = await given.event(at.db, { hostId: host.userId })
  const guest = await host.post(`/events/${event.id}/guests`, { name: 'Ada', email: 'ada@example.com' })
  await within(() => expect(warnings).toHaveLength(1))

  const moved = await host.patch(`/events/${event.id}`, { name: 'Winter dinner' })
  await within(() => expect(warnings).toHaveLength(2))
  spied.mockImplementation(() => {
    throw new Error('broken before it began')
  })
  const token = String(guest.body.rsvpUrl).split('/').at(-1)!
  const answered = await at.stranger.post(`/rsvp/${token}`, { status: 'attending' })

  expect([guest.status, moved.status, answered.status]).toEqual([201, 200, 200])
  expect(counted).toEqual(['unannounced', 'unannounced'])
  expect((await host.get(`/events/${event.id}/stats`)).body.attending).toBe(1)
})

test('two hundred idle streams cost less than five commits a second', async () => {
  const { at, somebody, stream } = await liveStage()
  const viewers = [await somebody('a@example.com', 'viewer'), await somebody('b@example.com', 'viewer')]
  const people = [...viewers, await somebody('c@example.com', 'viewer'), await somebody('d@example.com', 'viewer')]
  for (const who of people) await Promise.all(Array.from({ length: 50 }, () => stream({ who })))
  await within(() => expect(at.hub.totalConnections()).toBe(200))
  const seconds = 10

  const before = await settledCommits(at.db)
  await pause(seconds * 1000)
  const after = await commits(at.db)

  expect(after - before).toBeLessThan(5 * seconds)
  expect(at.hub.totalConnections()).toBe(200)
}, 90_000)

/** A backend that has nothing to do tells what it has counted ten seconds later: what the opening of streams cost must be in by then. */
async function settledCommits(db: Db): Promise<number> {
  let last = await commits(db)
  let since = Date.now()
  while (Date.now() - since < 11_000) {
    await pause(500)
    const now = await commits(db)
    if (now - last > 10) since = Date.now()
    last = now
  }
  return last
}

async function commits(db: Db): Promise<number> {
  await sql`select pg_stat_force_next_flush()`.execute(db)
  const { rows } = await sql<{ commits: number }>`
    select xact_commit::int as commits from pg_stat_database where datname = current_database()`.execute(db)
  return rows[0]!.commits
}
