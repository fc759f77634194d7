import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { testConfig } from '../../../test/app.ts'
import * as given from '../../../test/given.ts'
import { liveStage } from '../../../test/live-stage.ts'
import { busyMs, within } from '../../../test/patience.ts'
import { createLinkSigner } from '../../content/tokens.ts'

test('a socket says how its message stands, and then each change; another message is none of its business', async () => {
  const { message, other, socket, opens } = await liveStage()
  const client = await socket(`/realtime/messages/${message.id}`)
  await within(() => expect(client.frames).toHaveLength(1))

  await opens(other.id)
  await opens(message.id, 2)
  await within(() => expect(client.frames).toHaveLength(2))

  const [first, second] = client.frames
  expect(first).toMatchObject({ type: 'message', message: { id: message.id }, counts: { opened: 0 }, rates: {} })
  expect(second).toMatchObject({ type: 'message', counts: { opened: 2 } })
  expect(Date.parse(second.at)).toBeGreaterThan(Date.parse(first.at))
})

test('an answer of a guest moves the numbers of an event on every socket that shows it', async () => {
  const { at, event, host, socket } = await liveStage()
  const created = await host.post(`/events/${event.id}/guests`, { name: 'Ada', email: 'ada@example.com' })
  const clients = [await socket(`/realtime/events/${event.id}`), await socket(`/realtime/events/${event.id}`)]
  for (const { frames } of clients) await within(() => expect(frames).toHaveLength(1))
  const token = String(created.body.rsvpUrl).split('/').at(-1)!

  await at.stranger.post(`/rsvp/${token}`, { status: 'attending', partySize: 2 })

  for (const { frames } of clients) await within(() => expect(frames.length).toBeGreaterThan(1))
  const counts = await host.get(`/events/${event.id}/stats`)
  for (const { frames } of clients) {
    expect(frames[0]).toMatchObject({ type: 'event', eventId: event.id, stats: { pending: 1, attending: 0 } })
    expect(frames.at(-1).stats).toEqual(counts.body)
    expect(Object.keys(frames.at(-1)).sort()).toEqual(['at', 'eventId', 'stats', 'type'])
  }
})

test.each([
  ['the page of the guest', '/r/', 'rsvp', 'status=declined', { declined: 1 }],
  ['a press on unsubscribe', '/p/', 'preferences', 'mails=stop', { unsubscribed: 1 }],
  ['a mail program', '/u/', 'unsubscribe', 'List-Unsubscribe=One-Click', { unsubscribed: 1 }],
] as const)('%s moves them too', async (_, path, purpose, payload, stats) => {
  const { at, event, socket } = await liveStage()
  const [guest] = await given.guests(at.db, event.id, [{ name: 'Ada', email: 'ada@example.com' }])
  const client = await socket(`/realtime/events/${event.id}`)
  await within(() => expect(client.frames).toHaveLength(1))
  const token = createLinkSigner({ secretKey: testConfig.secretKey }).sign(purpose, guest!.id, 1)

  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const reply = await at.stranger.send('POST', `${path}${token}`, { payload, headers })

  expect(reply.status).toBeLessThan(400)
  await within(() => expect(client.frames.at(-1)).toMatchObject({ stats }))
})

test('whoever may not watch is told so in HTTP, and nothing is upgraded', async () => {
  const { at, event, message, socket, somebody } = await liveStage()
  const foreigner = await somebody('foreign@example.com')
  const unknown = '01985f3c-0000-7000-8000-000000000000'

  const refused = [
    await socket(`/realtime/messages/${message.id}`, { who: null }),
    await socket(`/realtime/events/${event.id}`, { who: null }),
    await socket(`/realtime/messages/${message.id}`, { who: foreigner }),
    await socket(`/realtime/events/${event.id}`, { who: foreigner }),
    await socket(`/realtime/messages/${unknown}`),
    await socket(`/realtime/events/no-id`),
    await socket(`/realtime/events/${event.id}`, { headers: { origin: 'https://evil.example' } }),
    await socket(`/realtime/events/${event.id}`, { headers: { origin: 'null' } }),
  ]

  expect(refused.map(({ state }) => state.refused)).toEqual([401, 401, 404, 404, 404, 404, 403, 403])
  for (const { state } of refused) expect(JSON.parse(state.text)).toHaveProperty('title')
  expect(at.hub.totalConnections()).toBe(0)
})

test.each(['https://tidings.test', 'https://friend.test'])('a page of %s may open one', async (origin) => {
  const { event, socket } = await liveStage()

  const client = await socket(`/realtime/events/${event.id}`, { headers: { origin } })

  await within(() => expect(client.frames).toHaveLength(1))
})

test('a plain request is told that it needs a socket', async () => {
  const { host, event, message } = await liveStage()

  const replies = [
    await host.send('GET', `/realtime/events/${event.id}`),
    await host.send('GET', `/realtime/messages/${message.id}`),
  ]

  for (const reply of replies) {
    expect(reply.status).toBe(426)
    expect(reply.headers['upgrade']).toBe('websocket')
    expect(reply.body.title).toBe('This address speaks WebSocket only')
  }
})

test('a ping is answered, and junk is passed over', async () => {
  const { message, socket, opens } = await liveStage()
  const { socket: ws, frames, state } = await socket(`/realtime/messages/${message.id}`)
  await within(() => expect(frames).toHaveLength(1))

  for (const junk of ['', 'null', '[]', '{', '{"type":"pong"}', '{"type":{}}', '"ping"', '{"__proto__":1}'])
    ws.send(junk)
  ws.send(Buffer.from([0, 255, 254]))
  ws.send('{"type":"ping"}')
  await within(() => expect(frames).toHaveLength(2))
  await opens(message.id)
  await within(() => expect(frames).toHaveLength(3))

  expect(frames.map(({ type }) => type)).toEqual(['message', 'pong', 'message'])
  expect(state.closed).toBeUndefined()
})

test('what no client of ours says, a frame of megabytes, ends its socket and nothing else', async () => {
  const { at, event, socket } = await liveStage()
  const [loud, quiet] = [await socket(`/realtime/events/${event.id}`), await socket(`/realtime/events/${event.id}`)]
  await within(() => expect(at.hub.totalConnections()).toBe(2))

  loud.socket.send('x'.repeat(2_000_000))

  await within(() => expect(loud.state.closed).toBe(1009))
  await within(() => expect(at.hub.totalConnections()).toBe(1))
  expect(quiet.state.closed).toBeUndefined()
})

test('sockets count among the fifty, and the next is refused with 429', async () => {
  const { at, event, message, socket, stream } = await liveStage()
  await Promise.all(Array.from({ length: 25 }, () => socket(`/realtime/events/${event.id}`)))
  await Promise.all(Array.from({ length: 25 }, () => stream()))
  await within(() => expect(at.hub.totalConnections()).toBe(50))

  const refused = await socket(`/realtime/messages/${message.id}`)

  expect(refused.state.refused).toBe(429)
  expect(refused.state.text).toContain('50 live views')
})

test('a role that is taken away closes the socket within five seconds, with a code that says not to come again', async () => {
  const { at, event, somebody, socket, takeAway } = await liveStage()
  const viewer = await somebody('viewer@example.com', 'viewer')
  const client = await socket(`/realtime/events/${event.id}`, { who: viewer })
  await within(() => expect(at.hub.totalConnections()).toBe(1))
  const beganAt = Date.now()

  await takeAway(viewer.userId)
  await within(() => expect(client.state.closed).toBe(4403))

  expect(Date.now() - beganAt).toBeLessThan(5000 + busyMs)
})

test('who offers another protocol with a request, as some clients always do, is answered in HTTP', async () => {
  const { base, host, event } = await liveStage()
  const headers = {
    cookie: host.cookie,
    connection: 'Upgrade, HTTP2-Settings',
    upgrade: 'h2c',
    'http2-settings': 'AAEAAEAA',
  }

  const status = await new Promise((resolve, reject) => {
    const asking = request(`${base}/api/v1/events/${event.id}`, { headers, agent: false })
    asking.on('response', (response) => resolve(response.resume().statusCode))
    asking.on('error', reject)
    asking.end()
  })

  expect(status).toBe(200)
})

test.each([
  'GET /realtime/nothing',
  'GET /realtime/events/%zz',
  'POST /realtime/events/01985f3c-0000-7000-8000-000000000000',
])('who asks for a socket where there is none is answered in HTTP, whose limits hold: %s', async (asked) => {
  const { at, base } = await liveStage()
  const { hostname, port } = new URL(base)
  const client = connect({ host: hostname, port: Number(port) })
  onTestFinished(() => void client.destroy())
  const ask = (more: string) => client.write(`${asked} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n${more}\r\n`)
  const key = Buffer.alloc(16).toString('base64')

  ask(`Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n`)
  const [first] = await once(client, 'data')
  ask('Connection: close\r\n')
  await once(client, 'close')

  expect(String(first)).toMatch(/^HTTP\/1.1 40[04] /)
  expect(at.hub.totalConnections()).toBe(0)
})
