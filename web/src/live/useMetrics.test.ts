import { flushPromises } from '@vue/test-utils'
import { effectScope, nextTick, ref, type EffectScope } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { whenSignedOut } from '../api/client.ts'
import { fakeSockets, fakeStream, metrics, sockets } from '../../test/live.ts'
import { messageId } from '../../test/given-messages.ts'
import { eventId } from '../../test/given.ts'
import { useMetrics } from './useMetrics.ts'

type Answer = () => Response | Promise<Response>
const nobody: Answer = () => Promise.reject(new TypeError('Failed to fetch'))
const json = (body: unknown, status = 200): Answer => {
  return () => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
}

/** What the two REST routes answer, and how often each was asked. */
const server = { stream: nobody, metrics: nobody }
const asked = { stream: 0, metrics: 0 }

let scope: EffectScope
const active = ref(true)

function watchIt(id = messageId) {
  scope = effectScope()
  return scope.run(() =>
    useMetrics(
      () => ({ eventId, messageId: id }),
      () => active.value,
    ),
  )!
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2027-03-02T19:00:00Z') })
  vi.spyOn(Math, 'random').mockReturnValue(0)
  fakeSockets()
  Object.assign(server, { stream: nobody, metrics: json(metrics({ total: 10, queued: 10 })) })
  Object.assign(asked, { stream: 0, metrics: 0 })
  active.value = true
  vi.stubGlobal('fetch', (address: string, { signal }: RequestInit) => {
    const door = address.endsWith('/stream') ? 'stream' : 'metrics'
    asked[door]++
    const gone = new Promise<Response>((_, reject) =>
      signal?.addEventListener('abort', () => reject(new DOMException('Gone', 'AbortError'))),
    )
    return Promise.race([Promise.resolve().then(server[door]), gone])
  })
})

afterEach(() => {
  scope.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
  await flushPromises()
}

test('numbers come over the socket, and nothing is asked for meanwhile', async () => {
  const live = watchIt()
  expect(live.state.value).toBe('connecting')
  expect(sockets[0]!.url).toMatch(/^wss?:\/\/[^/]*\/realtime\/messages\//)

  sockets[0]!.open()
  sockets[0]!.say({ type: 'message', ...metrics({ total: 10, queued: 4, sent: 6 }) })
  await pass(30_000)

  expect(live.state.value).toBe('live')
  expect(live.isConnected.value).toBe(true)
  expect(live.isFallback.value).toBe(false)
  expect(live.metrics.value?.counts.sent).toBe(6)
  expect(asked).toEqual({ stream: 0, metrics: 0 })
})

test('without an id, or while nothing happens, no line is opened', async () => {
  const none = watchIt('')
  expect(none.state.value).toBeUndefined()
  scope.stop()
  active.value = false
  const still = watchIt()
  await pass(30_000)

  expect(sockets).toHaveLength(0)
  expect(asked).toEqual({ stream: 0, metrics: 0 })
  expect(still.state.value).toBeUndefined()

  active.value = true
  await nextTick()
  expect(sockets).toHaveLength(1)
  active.value = false
  await nextTick()
  expect(sockets[0]!.isClosed).toBe(true)
})

test('where no socket passes, the stream takes its place', async () => {
  const stream = fakeStream()
  server.stream = stream.response
  const live = watchIt()

  sockets[0]!.drop()
  await pass(0)
  expect(live.state.value).toBe('connecting')
  stream.write(`retry: 3000\n\n: still here\n\ndata: ${JSON.stringify(metrics({ total: 10, queued: 1, sent: 9 }))}\n\n`)
  await pass(0)

  expect(live.state.value).toBe('live')
  expect(live.metrics.value?.counts.sent).toBe(9)
  expect(asked).toEqual({ stream: 1, metrics: 0 })
})

test('a line that breaks is polled for at once and every five seconds, until it is back', async () => {
  const live = watchIt()
  sockets[0]!.open()
  sockets[0]!.drop()
  await pass(0)
  expect(live.state.value).toBe('polling')
  expect(asked.metrics).toBe(1)

  await pass(2_999)
  expect(sockets).toHaveLength(1)
  await pass(1)
  expect(sockets).toHaveLength(2)
  await pass(2_000)
  expect(asked.metrics).toBe(2)
  sockets[1]!.open()
  sockets[1]!.say({ type: 'message', ...metrics({ total: 10, sent: 10 }, { at: '2027-03-02T19:00:09.000Z' }) })
  expect(live.state.value).toBe('live')
  expect(live.metrics.value?.counts.sent).toBe(10)
  await pass(30_000)

  expect(asked.metrics).toBe(2)
})

test('after five more attempts there are none, the numbers still come, and somebody may try again', async () => {
  const live = watchIt()
  for (let n = 0; n < 20; n++) {
    for (const socket of sockets) if (!socket.isClosed) socket.drop()
    await pass(3_000)
  }

  expect(sockets).toHaveLength(6)
  expect(asked.stream).toBe(6)
  expect(live.error.value?.message).toContain('Live updates are unavailable')
  expect(live.state.value).toBe('polling')
  expect(asked.metrics).toBeGreaterThanOrEqual(12)

  live.reconnect()
  expect(sockets).toHaveLength(7)
  sockets[6]!.open()
  expect(live.state.value).toBe('live')
  expect(live.error.value).toBeUndefined()
})

test('a line that opens gives all five attempts back', async () => {
  watchIt()
  for (let n = 0; n < 4; n++) {
    sockets.at(-1)!.drop()
    await pass(3_000)
  }
  sockets.at(-1)!.open()

  for (let n = 0; n < 20; n++) {
    if (!sockets.at(-1)!.isClosed) sockets.at(-1)!.drop()
    await pass(3_000)
  }

  expect(sockets).toHaveLength(5 + 5)
})

test('when no line is there within five seconds the numbers are asked for meanwhile', async () => {
  server.stream = () => new Promise<Response>(() => {})
  const live = watchIt()

  await pass(4_999)
  expect([live.state.value, asked.metrics]).toEqual(['connecting', 0])
  await pass(1)
  expect([live.state.value, asked.metrics]).toEqual(['polling', 1])
})

test('whoever is signed out is asked for once, and nothing follows', async () => {
  const signedOut = vi.fn<() => void>()
  whenSignedOut(signedOut)
  server.stream = json({}, 500)
  server.metrics = json({ title: 'Sign in' }, 401)
  const live = watchIt()
  sockets[0]!.drop()
  await pass(60_000)

  expect(asked.metrics).toBe(1)
  expect(sockets).toHaveLength(1)
  expect(signedOut).toHaveBeenCalledOnce()
  expect(live.error.value?.status).toBe(401)
  expect(live.state.value).toBeUndefined()
})

test.each([
  ['the stream says so', () => (server.stream = json({ title: 'Not here' }, 404)), 1006],
  ['the numbers are not there', () => (server.metrics = json({ title: 'Not here' }, 404)), 1006],
  ['the socket is closed for it', () => {}, 4404],
])('what is not there any more ends everything: %s', async (_, plan, code) => {
  plan()
  const live = watchIt()
  sockets[0]!.open()
  sockets[0]!.drop(code)
  for (let n = 0; n < 10; n++) {
    await pass(3_000)
    for (const socket of sockets) if (!socket.isClosed) socket.drop()
  }
  const before = { ...asked }
  await pass(30_000)

  expect(live.error.value?.status).toBe(404)
  expect(asked).toEqual(before)
})

test('one who watches too much is told, and polls', async () => {
  const live = watchIt()
  sockets[0]!.open()
  sockets[0]!.drop(4429)
  await pass(30_000)

  expect(sockets).toHaveLength(1)
  expect(live.state.value).toBe('polling')
  expect(live.error.value?.message).toContain('unavailable')
})

test.each(['', 'not json', '{', 'null', '[]', '{"type":"pong"}', '{"type":"message"}', 'data:'])(
  'a bad frame (%s) changes nothing',
  async (bad) => {
    const live = watchIt()
    sockets[0]!.open()
    sockets[0]!.say({ type: 'message', ...metrics({ total: 10, sent: 6, queued: 4 }) })

    sockets[0]!.say(bad)

    expect(live.metrics.value?.counts.sent).toBe(6)
    expect(live.state.value).toBe('live')
  },
)

test('a prefix of the stream that was left in is taken off', async () => {
  const live = watchIt()
  sockets[0]!.open()

  sockets[0]!.say(`data: ${JSON.stringify(metrics({ total: 10, sent: 6, queued: 4 }))}`)

  expect(live.metrics.value?.counts.sent).toBe(6)
})

test('an older number never follows a newer one', async () => {
  const live = watchIt()
  sockets[0]!.open()
  sockets[0]!.say({
    type: 'message',
    ...metrics({ total: 10, sent: 6, queued: 4 }, { at: '2027-03-02T19:00:05.000Z' }),
  })

  sockets[0]!.say({
    type: 'message',
    ...metrics({ total: 10, sent: 2, queued: 8 }, { at: '2027-03-02T19:00:04.000Z' }),
  })
  await live.refresh()

  expect(live.metrics.value?.counts.sent).toBe(6)
})

test('the numbers of another message are none of ours', async () => {
  const live = watchIt()
  sockets[0]!.open()

  sockets[0]!.say({ type: 'message', ...metrics({ total: 10, sent: 6 }, { id: 'another' }) })

  expect(live.metrics.value).toBeUndefined()
})

test('leaving shuts the line, and nothing follows', async () => {
  const live = watchIt()
  sockets[0]!.open()
  sockets[0]!.drop()
  await pass(100)
  const before = { ...asked }

  scope.stop()
  await pass(60_000)
  dispatchEvent(new Event('online'))
  await pass(60_000)

  expect(sockets).toHaveLength(1)
  expect(asked).toEqual(before)
  expect(live.isFallback.value).toBe(false)
})

test('polling can be stopped by itself', async () => {
  const live = watchIt()
  sockets[0]!.open()
  sockets[0]!.drop()
  await pass(0)

  live.stopPolling()
  const before = asked.metrics
  await pass(2_900)

  expect(asked.metrics).toBe(before)
  expect(live.isFallback.value).toBe(false)
})

test('a network that comes back is used at once, with all attempts', async () => {
  const live = watchIt()
  sockets[0]!.open()
  dispatchEvent(new Event('offline'))
  expect(live.state.value).toBe('polling')
  expect(sockets[0]!.isClosed).toBe(true)

  dispatchEvent(new Event('online'))
  expect(sockets).toHaveLength(2)
  sockets[1]!.open()

  expect(live.state.value).toBe('live')
})

test('a tab that nobody looks at gives its line back, and has it again when somebody does', async () => {
  watchIt()
  sockets[0]!.open()
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  document.dispatchEvent(new Event('visibilitychange'))
  await pass(29_999)
  expect(sockets[0]!.isClosed).toBe(false)
  await pass(1)
  expect(sockets[0]!.isClosed).toBe(true)
  await pass(60_000)
  expect(asked.metrics).toBe(0)

  hidden.mockReturnValue(false)
  document.dispatchEvent(new Event('visibilitychange'))
  await nextTick()

  expect(sockets).toHaveLength(2)
})

test('a socket that no longer answers its pings is dead, though nobody said so', async () => {
  const live = watchIt()
  sockets[0]!.open()
  await pass(15_000)
  expect(sockets[0]!.sent).toEqual(['{"type":"ping"}'])
  sockets[0]!.say({ type: 'pong' })
  await pass(34_999)
  expect(live.state.value).toBe('live')

  await pass(1)

  expect(live.state.value).toBe('polling')
  expect(sockets[0]!.isClosed).toBe(true)
})
