import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Db } from '../storage/database.ts'
import type { rightsThatHold } from '../storage/watch-rights.ts'
import type { Told } from './feed.ts'
import { createHub } from './hub.ts'
import type { Meter } from './meter.ts'
import { streamsPerUserMax } from './register.ts'
import { backlogBytesMax, idleAfterMs } from './seats.ts'
import type { CloseReason, Kind, Watcher } from './watcher.ts'

const minute = 60_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Figures that a test sets, and a count of who asked for them. */
function aHub({ readMs = 0 } = {}) {
  const figures = new Map<string, unknown>()
  const asked: { kind: Kind; ids: readonly string[] }[] = []
  const lines: { level: string; about: Record<string, unknown>; words: string }[] = []
  const counted: string[] = []
  const lost = new Set<string>()
  let checks = 0
  let failing: Error | undefined
  const read = (kind: Kind) => async (_db: Db, ids: readonly string[]) => {
    asked.push({ kind, ids: [...ids] })
    if (failing) throw failing
    const seen = ids.filter((id) => figures.has(id)).map((id): [string, Told] => [id, told(figures.get(id))])
    if (readMs > 0) await new Promise((resolve) => void setTimeout(resolve, readMs))
    return new Map(seen)
  }
  const told = (figure: unknown) => {
    const at = new Date()
    return { frame: { json: JSON.stringify({ figure, at }), at }, news: JSON.stringify(figure) }
  }
  const holds = (async (_db: Db, rights: readonly { sessionId: string; eventId: string }[]) => {
    checks++
    return rights.filter(({ sessionId, eventId }) => !lost.has(sessionId) && !lost.has(eventId))
  }) as typeof rightsThatHold
  const meter: Meter = {
    broadcast: (frames) => void counted.push(`broadcast ${frames}`),
    closed: (reason) => void counted.push(`closed ${reason}`),
    caughtUp: () => void counted.push('caughtUp'),
    announcementFailed: () => void counted.push('announcementFailed'),
  }
  const line = (level: string) => (about: object, words: string) =>
    void lines.push({ level, about: about as Record<string, unknown>, words })
  const hub = createHub({
    ...{ db: {} as Db, meter, holds, log: { debug: line('debug'), warn: line('warn') } },
    read: { message: read('message'), event: read('event') },
  })
  onTestFinished(hub.shutdown)

  /** Watches a message, and keeps what it is told. */
  function watch(id: string, { kind = 'message' as Kind, userId = 'amina', sessionId = 's', eventId = 'e' } = {}) {
    if (!figures.has(id)) figures.set(id, 0)
    const heard: unknown[] = []
    const closed: CloseReason[] = []
    const client = { backlog: 0, isBroken: false, beats: 0 }
    const watcher: Watcher = {
      send(frame) {
        if (client.isBroken) throw new Error('EPIPE')
        heard.push((JSON.parse(frame.json) as { figure: unknown }).figure)
      },
      backlog: () => client.backlog,
      beat: () => void client.beats++,
      close: (reason) => void closed.push(reason),
    }
    const seat = hub.subscribe({ kind, id, userId, sessionId, eventId }, watcher)
    return { heard, closed, client, seat, leave: () => seat && hub.unsubscribe(seat) }
  }

  return {
    ...{ hub, watch, asked, lines, counted, lost },
    checks: () => checks,
    failWith: (error?: Error) => void (failing = error),
    set: (id: string, figure: unknown) => void figures.set(id, figure),
    forget: (id: string) => void figures.delete(id),
    /** Changes a figure, and says so as PostgreSQL would. */
    change(id: string, figure: unknown) {
      figures.set(id, figure)
      hub.hint(`m${id}`)
    },
  }
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('what those who watch are told', () => {
  test('how things stand, before anything changes', async () => {
    const { watch, set } = aHub()
    set('a', 7)

    const viewer = watch('a')
    await pass(0)

    expect(viewer.heard).toEqual([7])
  })

  test('a change at once, each of them one frame, and nothing of others', async () => {
    const { watch, change } = aHub()
    const [a, again, b] = [watch('a'), watch('a'), watch('b')]
    await pass(1000)

    change('a', 1)
    await pass(0)

    expect(a.heard).toEqual([0, 1])
    expect(again.heard).toEqual([0, 1])
    expect(b.heard).toEqual([0])
  })

  test('a hundred changes within a tenth of a second are three frames, and the last one is told', async () => {
    const { watch, change, asked } = aHub()
    const viewer = watch('a')
    await pass(1000)

    for (let n = 1; n <= 100; n++) {
      change('a', n)
      await pass(1)
    }
    await pass(1000)

    expect(viewer.heard).toEqual([0, 1, 50, 100])
    expect(asked.length).toBeLessThanOrEqual(1 + 3 + 1)
  })

  test('what is due at one moment is read with one statement', async () => {
    const { hub, watch, asked } = aHub()
    for (const id of ['a', 'b', 'c']) watch(id)
    await pass(1000)
    asked.length = 0

    hub.hint('ma mb mc mnobody-watches')
    await pass(0)

    expect(asked).toEqual([{ kind: 'message', ids: ['a', 'b', 'c'] }])
  })

  test('a hint without a change is no frame', async () => {
    const { hub, watch } = aHub()
    const viewer = watch('a')
    await pass(1000)

    hub.hint('ma')
    await pass(4000)

    expect(viewer.heard).toEqual([0])
  })

  test('the answers of an event, and with them what its messages have become', async () => {
    const { hub, watch, set } = aHub()
    const event = watch('e', { kind: 'event' })
    const message = watch('a')
    const other = watch('b', { eventId: 'another' })
    await pass(1000)
    for (const id of ['e', 'a', 'b']) set(id, 'changed')

    hub.hint('ee')
    await pass(0)

    expect(event.heard).toEqual([0, 'changed'])
    expect(message.heard).toEqual([0, 'changed'])
    expect(other.heard).toEqual([0])
  })

  test('who comes while a read is under way is told by one that began later', async () => {
    const { watch, set, change } = aHub({ readMs: 5 })
    watch('a')
    await pass(1000)
    change('a', 'older')
    await pass(1)
    set('a', 'newer')

    const late = watch('a')
    await pass(200)

    expect(late.heard).toEqual(['newer'])
  })

  test('what takes long to count is counted seldom: a fifth of the time', async () => {
    const { watch, change, asked } = aHub({ readMs: 100 })
    watch('a')
    await pass(3000)
    asked.length = 0

    for (let ms = 0; ms < 1000; ms += 10) {
      change('a', ms)
      await pass(10)
    }

    expect(asked.length).toBeLessThanOrEqual(3)
  })

  test('a lost hint is made up for within five seconds, with one statement for everything that is watched', async () => {
    const { watch, set, asked, counted } = aHub()
    const viewers = Array.from({ length: 200 }, (_, n) => watch(`m-${n}`, { userId: `u-${n}` }))
    await pass(100)
    asked.length = 0
    set('m-7', 'moved behind our back')

    await pass(5000)

    expect(asked).toHaveLength(1)
    expect(asked[0]!.ids).toHaveLength(200)
    expect(viewers[7]!.heard).toEqual([0, 'moved behind our back'])
    expect(viewers[8]!.heard).toEqual([0])
    expect(counted).toContain('caughtUp')
  })

  test('a connection to the database that was lost and is there again makes up for it at once', async () => {
    const { hub, watch, set } = aHub()
    const viewer = watch('a')
    await pass(1000)
    set('a', 1)

    hub.hint('')
    await pass(0)

    expect(viewer.heard).toEqual([0, 1])
  })

  test('a database that is away is asked again, and then all is told', async () => {
    const { watch, change, failWith, lines, asked } = aHub()
    const viewer = watch('a')
    await pass(1000)
    failWith(new Error('away'))
    change('a', 1)
    await pass(3500)
    const tries = asked.length
    failWith(undefined)

    await pass(1000)

    expect(viewer.heard).toEqual([0, 1])
    expect(tries).toBeLessThanOrEqual(6)
    expect(lines.filter(({ level }) => level === 'warn').length).toBeGreaterThan(0)
  })
})

test('with nobody watching, no change and no time leads to a read', async () => {
  const { hub, watch, asked, checks } = aHub()
  const viewer = watch('a')
  await pass(1000)
  viewer.leave()
  asked.length = 0

  for (let n = 0; n < 100; n++) hub.hint('ma mb ee')
  hub.hint('')
  await pass(minute)

  expect(asked).toEqual([])
  expect(checks()).toBe(0)
})

describe('clients that are no good', () => {
  test('one of three is broken: two are told, the count falls by one, and one line says so', async () => {
    const { hub, watch, change, lines, counted } = aHub()
    const [one, broken, three] = [watch('a'), watch('a'), watch('a')]
    await pass(1000)
    broken.client.isBroken = true

    change('a', 1)
    await pass(0)

    expect([one.heard, three.heard]).toEqual([
      [0, 1],
      [0, 1],
    ])
    expect(hub.connectionCount('message', 'a')).toBe(2)
    expect(hub.totalConnections()).toBe(2)
    expect(broken.closed).toEqual(['dead'])
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
    expect(counted).toContain('broadcast 2')
  })

  test('one that takes nothing is dropped and not remembered', async () => {
    const { hub, watch, change, counted } = aHub()
    const [slow, quick] = [watch('a'), watch('a')]
    await pass(1000)
    slow.client.backlog = backlogBytesMax
    change('a', 1)
    await pass(1000)
    expect(slow.heard).toEqual([0, 1])

    slow.client.backlog = backlogBytesMax + 1
    change('a', 2)
    await pass(0)

    expect(slow.heard).toEqual([0, 1])
    expect(slow.closed).toEqual(['slow'])
    expect(quick.heard).toEqual([0, 1, 2])
    expect(hub.totalConnections()).toBe(1)
    expect(counted).toContain('closed slow')
  })

  test('a thousand that come and go leave nothing behind', async () => {
    const { hub, watch } = aHub()

    for (let n = 0; n < 1000; n++) {
      const viewer = watch(`m-${n % 10}`, { userId: `u-${n}` })
      if (n % 3 === 0) await pass(1)
      viewer.leave()
      viewer.leave()
    }
    await pass(1000)

    expect(hub.connections()).toMatchObject({ total: 0, users: 0, messages: [], events: [] })
  })
})

describe('limits', () => {
  test('a person has fifty, sockets of events included, and others are not held up', () => {
    const { hub, watch } = aHub()
    const viewers = Array.from({ length: streamsPerUserMax }, (_, n) =>
      watch('a', { kind: n % 2 ? 'message' : 'event' }),
    )

    expect(hub.hasRoomFor('amina')).toBe(false)
    expect(watch('a').seat).toBeUndefined()
    expect(watch('a', { userId: 'bo' }).seat).toBeDefined()
    viewers[0]!.leave()
    expect(hub.hasRoomFor('amina')).toBe(true)
  })

  test('thirty minutes without a figure end a connection, keep-alives or not', async () => {
    const { hub, watch } = aHub()
    const viewer = watch('a')

    await pass(29 * minute)
    expect(viewer.closed).toEqual([])
    await pass(2 * minute)

    expect(viewer.closed).toEqual(['idle'])
    expect(viewer.client.beats).toBeGreaterThanOrEqual(30 * 4)
    expect(hub.connections()).toMatchObject({ total: 0, messages: [] })
  })

  test('a figure at minute 29 keeps it', async () => {
    const { watch, change } = aHub()
    const viewer = watch('a')
    await pass(29 * minute)
    change('a', 1)

    await pass(29 * minute)
    expect(viewer.closed).toEqual([])
    await pass(idleAfterMs)

    expect(viewer.closed).toEqual(['idle'])
  })

  test('something is said at least every fifteen seconds', async () => {
    const { watch } = aHub()
    const viewer = watch('a')

    for (let n = 1; n <= 10; n++) {
      await pass(15_000)
      expect(viewer.client.beats).toBeGreaterThanOrEqual(n)
    }
  })
})

describe('who may not watch any more', () => {
  test.each([
    ['session that ended', 's-1'],
    ['role that was taken away', 'e-1'],
  ])('a %s closes within five seconds, and nobody else', async (_, key) => {
    const { watch, lost } = aHub()
    const one = watch('a', { sessionId: 's-1', eventId: 'e-1' })
    const other = watch('a', { sessionId: 's-2', eventId: 'e-2' })
    await pass(10_000)

    lost.add(key)
    await pass(5000)

    expect(one.closed).toEqual(['forbidden'])
    expect(other.closed).toEqual([])
  })

  test('rights are looked up for all at once, and no more often than every four seconds', async () => {
    const { watch, checks } = aHub()
    for (let n = 0; n < 40; n++) watch(`m-${n}`)

    await pass(minute)

    expect(checks()).toBe(15)
  })

  test('what is deleted closes those who watched it', async () => {
    const { hub, watch, forget } = aHub()
    const viewer = watch('a')
    await pass(1000)
    forget('a')

    hub.hint('ma')
    await pass(0)

    expect(viewer.closed).toEqual(['gone'])
  })
})

test('at the end every connection is told, timers are gone, and nobody gets in', async () => {
  const { hub, watch } = aHub()
  const viewers = [watch('a'), watch('b'), watch('e', { kind: 'event' })]
  await pass(1000)

  hub.shutdown()

  expect(viewers.map(({ closed }) => closed)).toEqual([['stopping'], ['stopping'], ['stopping']])
  expect(vi.getTimerCount()).toBe(0)
  expect(hub.totalConnections()).toBe(0)
  expect(watch('a').seat).toBeUndefined()
})

test('each broadcast has its line, at debug, and its time is kept for operators', async () => {
  const { hub, watch, change, lines } = aHub({ readMs: 3 })
  watch('a')
  await pass(1000)
  change('a', 1)
  await pass(1000)

  expect(lines.filter(({ about }) => about.messageId === 'a').map(({ level }) => level)).toEqual(['debug', 'debug'])
  expect(hub.connections()).toEqual({
    ...{ total: 1, users: 1, messages: [{ id: 'a', connections: 1 }], events: [] },
    broadcasts: { count: 2, lastMs: 3, p50Ms: 3, p99Ms: 3 },
  })
})

test('that others cannot be told is one line and one count, and no error', async () => {
  const { hub, lines, counted } = aHub()

  await expect(hub.announce({ messages: ['a'] })).resolves.toBeUndefined()

  expect(counted).toEqual(['announcementFailed'])
  expect(lines.map(({ level }) => level)).toEqual(['warn'])
})
