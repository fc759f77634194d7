import { sql } from 'kysely'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { pipelines, type PipelineKey } from '../../../api/domain/pipelines.ts'
import type { EventApi } from '../../../api/providers/event-api.ts'
import { readMailgunConfig } from '../../../api/providers/mailgun-config.ts'
import { openMailgunEvents } from '../../../api/providers/mailgun-events.ts'
import { cancelBackfill, lastBackfill, setBackfill } from '../../../api/storage/backfills.ts'
import type { Db } from '../../../api/storage/database.ts'
import { hastenRuns } from '../../../api/storage/pipeline-cursors.ts'
import { cloneDatabase } from '../../../test/database.ts'
import * as given from '../../../test/given.ts'
import { mailgunEvent, startMailgunPeer } from '../../../test/peers/mailgun-server.ts'
import { runPipeline, type PipelineTools } from './run.ts'

/** A table that takes nothing more. */
const sqlFalse = sql`false`

const minutesAgo = (minutes: number, from = new Date()) => new Date(from.getTime() - minutes * 60_000)

/** A message that was sent two hours ago; its guests' mails are accepted. */
async function sentMessage(
  db: Db,
  eventId: string,
  guests: { id: string; email: string | null }[],
  kind: 'broadcast' | 'reminder',
) {
  const sentAt = minutesAgo(125)
  const { id: messageId } = await given.message(db, eventId, {
    ...{ kind, reminderKey: kind === 'reminder' ? 'one-day' : null, status: 'sent', sendAt: sentAt, firedAt: sentAt },
    ...{ content: '{}', total: guests.length, finishedAt: sentAt },
  })
  const rows = guests.map(({ id, email }, index) => ({
    ...{ messageId, seq: index + 1, guestId: id, address: email, generation: 1, attempt: 1 },
    ...({ state: 'accepted', wiredAt: sentAt, acceptedAt: sentAt, variables: '{}' } as const),
  }))
  for (let from = 0; from < rows.length; from += 1000)
    await db
      .insertInto('messageDeliveries')
      .values(rows.slice(from, from + 1000))
      .execute()
  await db.insertInto('messageCounters').values({ messageId, shard: 1, accepted: guests.length }).execute()
  const tell = (event: string, seq: number, at: Date, more: Record<string, unknown> = {}) =>
    mailgunEvent(event, at, {
      messageId: `${messageId}.${seq}.1@tidings.test`,
      recipient: guests[seq - 1]!.email!,
      ...more,
    })
  return { messageId, tell }
}

async function scene({ guests: count = 3, ...peerOptions }: { guests?: number; repeats?: number } = {}) {
  const { db } = await cloneDatabase()
  const peer = await startMailgunPeer(peerOptions)
  onTestFinished(() => peer.close())
  const event = await given.event(db)
  const guests = await given.manyGuests(db, event.id, count)
  const broadcast = await sentMessage(db, event.id, guests, 'broadcast')
  const reminder = await sentMessage(db, event.id, guests, 'reminder')
  const lines: Record<string, unknown>[] = []
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  let now = new Date()
  let ticks = 0
  const tools: PipelineTools = {
    ...{ db, log, shard: 7, api: openMailgunEvents(readMailgunConfig(peer.env)!, async () => {}) },
    now: async () => now,
    // Each look at the watch is a hundredth of a second later.
    stopwatch: () => (ticks += 10),
  }
  /** Runs it whether or not five minutes are over. */
  const run = async (key: PipelineKey, changes: Partial<PipelineTools> = {}) => {
    await hastenRuns(db)
    return runPipeline(
      { ...tools, ...changes },
      pipelines.find((pipeline) => pipeline.key === key)!,
    )
  }
  const told = () => lines.filter(({ events }) => events !== undefined)
  const cursors = () => db.selectFrom('pipelineCursors').select(['pipeline', 'job', 'reachedAt']).execute()
  const counters = (messageId: string) =>
    db.selectFrom('messageCounters').selectAll().where('messageId', '=', messageId).orderBy('shard').execute()
  return { db, peer, broadcast, reminder, lines, told, tools, run, cursors, counters, setNow: (at: Date) => (now = at) }
}

test('the completion line says what a job came to, and a rerun says that all of it was known', async () => {
  const { db, peer, broadcast, run, told, lines } = await scene()
  peer.add(
    broadcast.tell('delivered', 1, minutesAgo(20)),
    broadcast.tell('delivered', 2, minutesAgo(19)),
    broadcast.tell('failed', 3, minutesAgo(18), { severity: 'permanent', reason: 'bounce' }),
    broadcast.tell('failed', 3, minutesAgo(18), { severity: 'temporary' }),
    broadcast.tell('delivered', 2, minutesAgo(17), { recipient: 'somebody@else.example' }),
    mailgunEvent('delivered', minutesAgo(16), { messageId: 'not-ours@x', recipient: 'a@b.example' }),
  )

  await run('broadcasts')
  const [first] = told()
  await db.deleteFrom('pipelineCursors').execute()
  await run('broadcasts')

  expect({ ...first, level: undefined }).toMatchInlineSnapshot(`
    {
      "accepted": 0,
      "aggregationMs": 10,
      "clicked": 0,
      "complained": 0,
      "delayed": 0,
      "delivered": 2,
      "events": 5,
      "eventsPerSecond": 38,
      "failed": 1,
      "job": "latest-others",
      "level": undefined,
      "msg": "latest-others of broadcasts: 5 events in 0.13 s",
      "noop": 0,
      "opened": 0,
      "pipeline": "broadcasts",
      "pollingMs": 20,
      "processingMs": 30,
      "seconds": 0.13,
      "unhandled": 1,
      "unprocessable": 1,
      "unsubscribed": 0,
      "waiting": 0,
    }
  `)
  expect(told()).toHaveLength(2)
  expect(told()[1]).toMatchObject({ events: 5, noop: 5, delivered: 0, failed: 0, unprocessable: 0 })
  // No events, no line: the opened and the missing ones of both runs.
  expect(lines.map(({ msg }) => msg)).toHaveLength(2)
})

test('the broadcasts’ figures are byte-identical after a batch of reminders, and the other way round', async () => {
  const { peer, broadcast, reminder, run, counters, cursors } = await scene()
  for (const { tell } of [broadcast, reminder]) {
    peer.add(
      tell('delivered', 1, minutesAgo(20)),
      tell('opened', 1, minutesAgo(15)),
      tell('clicked', 1, minutesAgo(14)),
    )
  }
  const before = JSON.stringify(await counters(broadcast.messageId))

  await run('reminders')
  const afterReminders = JSON.stringify(await counters(broadcast.messageId))
  const reminders = await counters(reminder.messageId)
  const positions = await cursors()
  await run('broadcasts')

  expect(afterReminders).toBe(before)
  expect(reminders.find(({ shard }) => shard === 7)).toMatchObject({ delivered: 1, opened: 1, clicked: 1 })
  expect((await counters(broadcast.messageId)).find(({ shard }) => shard === 7)).toMatchObject({
    delivered: 1,
    opened: 1,
  })
  expect(await counters(reminder.messageId)).toEqual(reminders)
  expect(positions.map(({ pipeline, job }) => `${pipeline} ${job}`).toSorted()).toEqual([
    'reminders latest-opened',
    'reminders latest-others',
    'reminders missing',
  ])
  expect((await cursors()).filter(({ pipeline }) => pipeline === 'reminders')).toEqual(positions)
})

test('the other pipeline’s events, and those of nobody, are not kept', async () => {
  const { db, peer, broadcast, reminder, run, told } = await scene()
  peer.add(
    broadcast.tell('delivered', 1, minutesAgo(20)),
    reminder.tell('delivered', 1, minutesAgo(20)),
    mailgunEvent('delivered', minutesAgo(20), {
      ...{ messageId: '0198c5a2-7a10-7cc3-9b1f-00000000dead.1.1@x', recipient: 'a@b.example' },
    }),
  )

  await run('reminders')
  await run('broadcasts')

  const kept = await db.selectFrom('providerEvents').select(['messageId', 'outcome']).execute()
  expect(kept.map(({ messageId }) => messageId).toSorted()).toEqual(
    [broadcast.messageId, reminder.messageId].toSorted(),
  )
  expect(told()).toMatchObject([
    { pipeline: 'reminders', events: 1, delivered: 1, unprocessable: 0 },
    { pipeline: 'broadcasts', events: 2, delivered: 1, unprocessable: 1 },
  ])
})

test('killed between storing and moving the position, the next run finds all of it known', async () => {
  const { db, peer, broadcast, run, told, cursors, counters } = await scene()
  peer.add(broadcast.tell('delivered', 1, minutesAgo(20)), broadcast.tell('delivered', 2, minutesAgo(19)))
  await db.schema
    .alterTable('pipeline_cursors')
    .addCheckConstraint('killed', sql`job <> 'latest-others'`)
    .execute()

  const killed = await run('broadcasts')
  await db.schema.alterTable('pipeline_cursors').dropConstraint('killed').execute()
  const positions = await cursors()
  const counted = await counters(broadcast.messageId)
  const again = await run('broadcasts')

  expect([killed, again]).toEqual(['failed', 'done'])
  expect(positions.map(({ job }) => job)).toEqual(['latest-opened'])
  expect(told()).toMatchObject([
    { events: 2, delivered: 2, noop: 0 },
    { events: 2, delivered: 0, noop: 2 },
  ])
  expect(await counters(broadcast.messageId)).toEqual(counted)
})

test('nothing is counted before it is stored: a page that cannot be stored moves no position', async () => {
  const { db, peer, broadcast, run, cursors, counters } = await scene()
  peer.add(broadcast.tell('delivered', 1, minutesAgo(20)))
  await db.schema.alterTable('provider_events').addCheckConstraint('full', sqlFalse).execute()

  const outcome = await run('broadcasts')

  expect(outcome).toBe('failed')
  expect((await cursors()).map(({ job }) => job)).toEqual(['latest-opened'])
  expect((await counters(broadcast.messageId)).map(({ shard }) => shard)).toEqual([1])
})

test('of starts that overlap one runs, in whatever replica, and the others come back when it is time', async () => {
  const { db, peer, tools, broadcast } = await scene()
  peer.add(broadcast.tell('delivered', 1, minutesAgo(20)))
  peer.plan({ doing: 'answer', status: 503, text: '', delayMs: 200 })

  const start = () => runPipeline(tools, pipelines[0]!)
  const outcomes = await Promise.all([start(), start(), start()])
  const soon = await start()
  await db
    .updateTable('pipelineRuns')
    .set({ nextAt: new Date(Date.now() - 1) })
    .execute()

  expect(outcomes.toSorted()).toEqual(['busy', 'busy', 'done'])
  expect(soon).toBe('busy')
  expect(await start()).toBe('done')
})

test('a replica that died in a run is followed when its lease is over; what it still does moves nothing', async () => {
  const { db, tools, run, peer, broadcast } = await scene()
  peer.add(broadcast.tell('opened', 1, minutesAgo(20)))
  const slow: EventApi = {
    ...tools.api,
    async fetchEvents(query) {
      // Frozen in here for longer than its lease, while another one does the work.
      await db
        .updateTable('pipelineRuns')
        .set({ leaseUntil: new Date(Date.now() - 1) })
        .execute()
      expect(await run('broadcasts')).toBe('done')
      return tools.api.fetchEvents(query)
    },
  }

  const late = await run('broadcasts', { api: slow })
  const { problem } = await db.selectFrom('pipelineRuns').select('problem').executeTakeFirstOrThrow()

  expect(late).toBe('failed')
  expect(problem).toBeNull()
})

test('a backlog drains opened first: ten thousand a run, and the next one at once', async () => {
  const { db, peer, tools, broadcast, told, counters } = await scene({ guests: 10_500 })
  const from = minutesAgo(25)
  const at = (n: number) => new Date(from.getTime() + n * 50)
  for (let n = 1; n <= 10_500; n++) peer.add(broadcast.tell('opened', n, at(n)))
  for (let n = 1; n <= 100; n++) peer.add(broadcast.tell('delivered', n, at(n)))

  const first = await runPipeline(tools, pipelines[0]!)
  const delivered = await db.selectFrom('providerEvents').select('id').where('kind', '=', 'delivered').execute()
  const second = await runPipeline(tools, pipelines[0]!)

  expect([first, second]).toEqual(['more', 'done'])
  expect(delivered).toEqual([])
  const [one, two, three] = told()
  expect(one).toMatchObject({ job: 'latest-opened', events: 10_200, opened: 10_200 })
  expect(two).toMatchObject({ job: 'latest-opened', opened: 300 })
  expect(three).toMatchObject({ job: 'latest-others', events: 100, delivered: 100 })
  expect((await counters(broadcast.messageId)).find(({ shard }) => shard === 7)).toMatchObject({
    ...{ opened: 10_500, delivered: 100 },
  })
}, 60_000)

test('what the provider shows late is found by the missing job, once half an hour is over', async () => {
  const { peer, broadcast, run, told, setNow } = await scene()
  peer.addLate(broadcast.tell('opened', 1, minutesAgo(10)))
  await run('broadcasts')
  peer.showLate()

  setNow(minutesAgo(-5))
  await run('broadcasts')
  const early = told().length
  setNow(minutesAgo(-25))
  await run('broadcasts')

  expect(early).toBe(0)
  expect(told()).toMatchObject([{ job: 'missing', opened: 1 }])
})

test('events that stand on two pages count once', async () => {
  const { peer, broadcast, run, told, counters } = await scene({ guests: 400, repeats: 20 })
  for (let n = 1; n <= 400; n++) peer.add(broadcast.tell('delivered', n, new Date(minutesAgo(25).getTime() + n * 1000)))

  await run('broadcasts')

  expect(told()).toMatchObject([{ events: 420, delivered: 400, noop: 20 }])
  expect((await counters(broadcast.messageId)).find(({ shard }) => shard === 7)).toMatchObject({ delivered: 400 })
})

test('a provider that refuses is told to the operator, and the next run goes on from there', async () => {
  const { db, peer, broadcast, run, lines, told } = await scene()
  peer.add(broadcast.tell('delivered', 1, minutesAgo(20)))
  peer.plan({ doing: 'answer', status: 401, text: 'Forbidden' })

  const refused = await run('broadcasts')
  const { problem } = await db.selectFrom('pipelineRuns').select('problem').executeTakeFirstOrThrow()
  const again = await run('broadcasts')

  expect([refused, again]).toEqual(['failed', 'done'])
  expect(problem).toBe('Mailgun does not know MAILGUN_API_KEY.')
  expect(JSON.stringify(lines)).not.toMatch(/mg-key|YXBpOm/)
  expect(told()).toHaveLength(1)
})

test('a backfill is fetched by both pipelines, survives a restart, and is over when both are at its end', async () => {
  const { db, peer, broadcast, reminder, run, told } = await scene()
  peer.add(broadcast.tell('delivered', 1, minutesAgo(110)), reminder.tell('opened', 2, minutesAgo(100)))
  peer.add(broadcast.tell('delivered', 3, minutesAgo(50)))
  await db
    .insertInto('pipelineCursors')
    .values(
      ['latest-opened', 'latest-others', 'missing'].flatMap((job) =>
        (['broadcasts', 'reminders'] as const).map((pipeline) => ({ pipeline, job, reachedAt: minutesAgo(2) })),
      ),
    )
    .execute()
  const interval = { begin: minutesAgo(120), end: minutesAgo(60) }
  await db.transaction().execute((tx) => setBackfill(tx, interval, 'operator@example.com'))
  const second = await db.transaction().execute((tx) => setBackfill(tx, interval, 'somebody'))

  const waiting = await lastBackfill(db)
  await run('broadcasts')
  const half = await lastBackfill(db)
  const third = await db.transaction().execute((tx) => setBackfill(tx, interval, 'somebody'))
  await run('reminders')
  const over = await lastBackfill(db)
  const lines = told().length
  await run('broadcasts')

  expect([second, third]).toEqual([undefined, undefined])
  expect([waiting!.state, half!.state, over!.state]).toEqual(['waiting', 'running', 'finished'])
  expect(over).toMatchObject({ events: 2, applied: 2, noop: 0, unprocessable: 0, requestedBy: 'operator@example.com' })
  expect(told()).toMatchObject([
    { job: 'backfill', pipeline: 'broadcasts', delivered: 1 },
    { job: 'backfill', pipeline: 'reminders', opened: 1 },
  ])
  expect(told()).toHaveLength(lines)
})

test('a backfill that is cancelled while a page is on its way ends there, and another may be set', async () => {
  const { db, peer, tools, broadcast, run, cursors } = await scene()
  peer.add(broadcast.tell('delivered', 1, minutesAgo(110)))
  const interval = { begin: minutesAgo(120), end: minutesAgo(60) }
  await db.transaction().execute((tx) => setBackfill(tx, interval, 'operator@example.com'))
  const cancelling: EventApi = {
    ...tools.api,
    async fetchEvents(query) {
      if (query.end.getTime() === interval.end.getTime()) await cancelBackfill(db)
      return tools.api.fetchEvents(query)
    },
  }

  await run('broadcasts', { api: cancelling })
  const cancelled = await lastBackfill(db)
  const next = await db.transaction().execute((tx) => setBackfill(tx, interval, 'operator@example.com'))

  expect(cancelled).toMatchObject({ state: 'cancelled', events: 0 })
  expect((await cursors()).map(({ job }) => job)).not.toContain('backfill')
  expect(next).toBeDefined()
})

test('a run that is asked for while one is under way begins when that one ends; without that it is early', async () => {
  const { db, tools } = await scene()
  const asking: EventApi = {
    ...tools.api,
    async fetchEvents(query) {
      await hastenRuns(db)
      return tools.api.fetchEvents(query)
    },
  }
  const start = (api: EventApi) => runPipeline({ ...tools, api }, pipelines[0]!)

  const outcomes = [await start(asking), await start(tools.api), await start(tools.api)]

  expect(outcomes).toEqual(['done', 'done', 'busy'])
})

test('a backfill whose last page was stored by a process that died then is over after the next run', async () => {
  const { db, run } = await scene()
  const interval = { begin: minutesAgo(120), end: minutesAgo(60) }
  await db.transaction().execute((tx) => setBackfill(tx, interval, 'operator@example.com'))
  const reached = pipelines.map(({ key }) => ({ pipeline: key, job: 'backfill', reachedAt: interval.end }))
  await db.insertInto('pipelineCursors').values(reached).execute()

  await run('reminders')

  expect(await lastBackfill(db)).toMatchObject({ state: 'finished' })
})

test('a provider that gives the same page for ever is asked again in the next run, and not for ever', async () => {
  const { db, tools, run } = await scene()
  let pages = 0
  const api: EventApi = {
    ...tools.api,
    fetchEvents: async () => ({ events: [], foreign: 5000, next: `page-${++pages}` }),
  }

  expect(await run('broadcasts', { api })).toBe('failed')

  expect(pages).toBeLessThanOrEqual(21)
  const { problem } = await db.selectFrom('pipelineRuns').select('problem').executeTakeFirstOrThrow()
  expect(problem).toMatch(/^Mailgun gave 100000 events, and came to no later second/)
})
