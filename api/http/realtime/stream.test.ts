import { expect, onTestFinished, test, vi } from 'vitest'
import { cookiesOf, passwordOf, speaker, type Somebody } from '../../../test/app.ts'
import * as given from '../../../test/given.ts'
import { openStream } from '../../../test/live-clients.ts'
import { liveStage, opens } from '../../../test/live-stage.ts'
import { busyMs, within } from '../../../test/patience.ts'
import { reads } from '../../realtime/frames.ts'

test('a stream begins with how the message stands, and says the same as GET', async () => {
  const { host, event, message, stream, opens: open } = await liveStage()
  await open(message.id, 5)

  const client = await stream()
  await within(() => expect(client.figures()).toHaveLength(1))
  const asked = await host.get(`/events/${event.id}/messages/${message.id}/metrics`)

  const { at: _, ...said } = client.figures()[0]
  const { at: __, ...answered } = asked.body
  expect(asked.status).toBe(200)
  expect(said).toEqual(answered)
  expect(said).toMatchObject({ message: { id: message.id }, counts: { total: 1000, opened: 5 } })
  expect(client.state.retry).toBe(3000)
})

test('one change is one frame of about a kilobyte, for the watchers of this message and nobody else', async () => {
  const { message, other, stream, opens: open } = await liveStage()
  const [one, two, foreign] = [await stream(), await stream(), await stream({ id: other.id })]
  for (const client of [one, two, foreign]) await within(() => expect(client.figures()).toHaveLength(1))

  await open(message.id, 3)
  await within(() => expect([one, two].map((client) => client.figures().length)).toEqual([2, 2]))
  await open(other.id, 1)
  await within(() => expect(foreign.figures()).toHaveLength(2))

  expect(one.figures()[1].counts.opened).toBe(3)
  expect(one.figures()).toHaveLength(2)
  expect(foreign.figures().map((figure) => figure.message.id)).toEqual([other.id, other.id])
  expect(one.events[1]!.data.length).toBeLessThan(1200)
  expect(Number(one.events[1]!.id)).toBeGreaterThan(Number(one.events[0]!.id))
})

test('the headers keep every proxy from holding it back, and no origin is a star', async () => {
  const { stream } = await liveStage()

  const { status, headers } = await stream({ headers: { 'accept-encoding': 'gzip, br' } })

  expect(status).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
    'access-control-allow-methods': 'GET',
    'x-content-type-options': 'nosniff',
  })
  expect(headers['content-encoding']).toBeUndefined()
  expect(headers['access-control-allow-origin']).not.toBe('*')
})

test('an origin that the operator trusts may read it with a cookie, a foreign one may not', async () => {
  const { stream } = await liveStage()

  const friend = await stream({ headers: { origin: 'https://friend.test' } })
  const foreign = await stream({ headers: { origin: 'https://evil.example' } })

  expect(friend.headers).toMatchObject({
    'access-control-allow-origin': 'https://friend.test',
    'access-control-allow-credentials': 'true',
  })
  expect(friend.headers['vary']).toContain('Origin')
  expect(foreign.headers['access-control-allow-origin']).toBeUndefined()
})

test('whoever may not watch is told so before any byte of a stream', async () => {
  const { at, base, message, streamPath, somebody, stream } = await liveStage()
  const foreigner = await somebody('foreign@example.com')
  const foreign = await given.message(at.db, (await given.event(at.db)).id)

  const answers = [
    await openStream(base, streamPath()),
    await openStream(base, streamPath(), { cookie: 'tidings.session_token=forged' }),
    await stream({ who: foreigner }),
    await stream({ id: foreign.id }),
    await stream({ id: '01985f3c-0000-7000-8000-000000000000' }),
    await stream({ id: 'no-id' }),
  ]

  await within(() => expect(answers.every(({ state }) => state.isEnded)).toBe(true))
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 404, 404, 404, 404])
  for (const { headers, state } of answers) {
    expect(headers['content-type']).toContain('application/problem+json')
    expect(state.text).not.toMatch(/^(id|data|retry):/m)
  }
  expect(at.hub.totalConnections()).toBe(0)
  expect((await at.app.inject({ method: 'HEAD', url: streamPath(message.id) })).statusCode).toBe(404)
})

test('a viewer may watch', async () => {
  const { somebody, stream } = await liveStage()

  const client = await stream({ who: await somebody('viewer@example.com', 'viewer') })

  await within(() => expect(client.figures()).toHaveLength(1))
})

test('who comes back is told how it is now, under an id that is later than the last one', async () => {
  const { at, message, stream } = await liveStage()
  const first = await stream()
  await within(() => expect(first.figures()).toHaveLength(1))
  first.close()
  await opens(at.db, message.id, 9, { isTold: false })
  const ahead = String(Date.now() + 30_000)

  const again = await stream({ headers: { 'last-event-id': first.events[0]!.id! } })
  const skewed = await stream({ headers: { 'last-event-id': ahead } })
  const strange = await stream({ headers: { 'last-event-id': '99999999999999999999' } })

  for (const client of [again, skewed, strange]) await within(() => expect(client.figures()).toHaveLength(1))
  expect(again.figures()[0].counts.opened).toBe(9)
  expect(Number(again.events[0]!.id)).toBeGreaterThan(Number(first.events[0]!.id))
  expect(Number(skewed.events[0]!.id)).toBeGreaterThan(Number(ahead))
  expect(Number(strange.events[0]!.id)).toBeLessThan(Date.now() + 60_000)
})

test('a stream goes on when the message has ended', async () => {
  const { at, message, stream, opens: open } = await liveStage()
  const endedAt = new Date()
  const sent = { status: 'sent', sendAt: endedAt, firedAt: endedAt, finishedAt: endedAt, content: '{}' } as const
  await at.db.updateTable('scheduledMessages').set(sent).where('id', '=', message.id).execute()
  const client = await stream()

  await open(message.id)

  await within(() => expect(client.figures().map((figure) => figure.counts.opened)).toEqual([0, 1]))
  expect(client.figures()[1].message.status).toBe('sent')
  expect(client.state.isEnded).toBe(false)
})

test('a closed client leaves nothing behind, a thousand times', async () => {
  const { at, stream } = await liveStage()

  for (let round = 0; round < 25; round++) {
    const clients = await Promise.all(Array.from({ length: 40 }, () => stream()))
    expect(clients.every(({ status }) => status === 200)).toBe(true)
    for (const client of clients) client.close()
    await within(() => expect(at.hub.totalConnections()).toBe(0))
  }

  expect(at.hub.connections()).toMatchObject({ total: 0, users: 0, messages: [] })
}, 60_000)

test('one of three clients is cut off: the others go on, and the count falls', async () => {
  const { at, message, stream, opens: open } = await liveStage()
  const [one, two, three] = [await stream(), await stream(), await stream()]
  for (const client of [one, two, three]) await within(() => expect(client.figures()).toHaveLength(1))

  two.close()
  await open(message.id)

  for (const client of [one, three]) await within(() => expect(client.figures()).toHaveLength(2))
  await within(() => expect(at.hub.connectionCount('message', message.id)).toBe(2))
})

test('a client that does not read is dropped, and one that reads is not', async () => {
  let frames = 0
  const large = 'x'.repeat(200_000)
  const read = async (_db: unknown, ids: readonly string[]) => {
    frames += 1
    const told = { frame: { json: JSON.stringify({ frames, large }), at: new Date() }, news: String(frames) }
    return new Map(ids.map((id) => [id, told]))
  }
  const { at, message, stream } = await liveStage({ live: { read: { ...reads, message: read } } })
  const [stuck, reading] = [await stream(), await stream()]
  await within(() => expect(at.hub.totalConnections()).toBe(2))
  stuck.pause()

  const change = setInterval(() => at.hub.hint(`m${message.id}`), 10)
  onTestFinished(() => clearInterval(change))
  await vi.waitFor(() => expect(at.hub.totalConnections()).toBe(1), { timeout: 20_000, interval: 20 })
  const had = reading.events.length
  await within(() => expect(reading.events.length).toBeGreaterThan(had + 2))

  expect(reading.state.isEnded).toBe(false)
  expect(frames).toBeGreaterThan(2)
})

test('the fifty-first stream of one account is refused with a reason, and opens when another is closed', async () => {
  const { at, stream, somebody } = await liveStage()
  const clients = await Promise.all(Array.from({ length: 50 }, () => stream()))
  await within(() => expect(at.hub.totalConnections()).toBe(50))

  const refused = await stream()
  await within(() => expect(refused.state.isEnded).toBe(true))
  const viewer = await stream({ who: await somebody('viewer@example.com', 'viewer') })
  clients[0]!.close()
  await within(() => expect(at.hub.totalConnections()).toBe(50))
  const next = await stream()

  expect(refused.status).toBe(429)
  expect(refused.headers['retry-after']).toBe('30')
  expect(JSON.parse(refused.state.text)).toMatchObject({
    type: 'urn:tidings:problem:too-many',
    detail: /50 live views/,
  })
  expect(viewer.status).toBe(200)
  expect(next.status).toBe(200)
})

test('within five seconds a role that is taken away, a session that ends and a new password end their streams, and no other', async () => {
  const stage = await liveStage()
  const { at, host, stream, somebody, takeAway } = stage
  const viewer = (name: string) => somebody(`${name}@example.com`, 'viewer')
  const losing = [await viewer('role'), await viewer('session'), await viewer('password')]
  const streams = await Promise.all(losing.map((who) => stream({ who })))
  const kept = await stream({ who: host })
  await within(() => expect(at.hub.totalConnections()).toBe(4))
  const beganAt = Date.now()

  const [noRole, noSession, newPassword] = losing
  await takeAway(noRole!.userId)
  await noSession!.send('POST', '/api/auth/sign-out')
  await changePasswordElsewhere(stage, newPassword!)
  const lostAfterMs = Date.now() - beganAt
  await within(() => expect(at.hub.totalConnections()).toBe(1))

  expect(Date.now() - beganAt).toBeLessThan(5000 + busyMs + lostAfterMs)
  const goodbye = { event: 'close', data: '{"reason":"forbidden"}' }
  for (const each of streams) await within(() => expect(each.events.at(-1)).toMatchObject(goodbye))
  expect(kept.state.isEnded).toBe(false)
  for (const who of losing) expect([401, 404]).toContain((await stream({ who })).status)
})

async function changePasswordElsewhere({ at }: Awaited<ReturnType<typeof liveStage>>, { email }: Somebody) {
  const currentPassword = passwordOf(email)
  const payload = { email, password: currentPassword }
  const there = speaker(at.app, cookiesOf(await at.stranger.send('POST', '/api/auth/sign-in/email', { payload })))
  const change = { currentPassword, newPassword: 'an entirely new one' }
  const { status } = await there.send('POST', '/api/auth/change-password', { payload: change })
  if (status !== 200) throw new Error(`the password could not be changed: ${status}`)
}

test('a deleted event ends its streams', async () => {
  const { host, event, stream } = await liveStage()
  const client = await stream()
  await within(() => expect(client.figures()).toHaveLength(1))

  expect((await host.delete(`/events/${event.id}`)).status).toBe(204)

  await within(() => expect(client.state.isEnded).toBe(true))
  expect(client.events.at(-1)!.data).toBe('{"reason":"gone"}')
})

test('when the app is closed its streams are told to come again, and nothing keeps it open', async () => {
  const { at, stream, socket, event, message } = await liveStage()
  const [reading, stuck] = [await stream(), await stream()]
  const sockets = [await socket(`/realtime/messages/${message.id}`), await socket(`/realtime/events/${event.id}`)]
  await within(() => expect(at.hub.totalConnections()).toBe(4))
  stuck.pause()
  const beganAt = Date.now()

  await at.app.close()

  expect(Date.now() - beganAt).toBeLessThan(3000 + busyMs)
  await within(() => expect(reading.events.at(-1)).toMatchObject({ event: 'close', data: '{"reason":"stopping"}' }))
  await within(() => expect(sockets.map(({ state }) => state.closed)).toEqual([1012, 1012]))
})
