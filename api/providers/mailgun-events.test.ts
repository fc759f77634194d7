import { expect, onTestFinished, test } from 'vitest'
import { mailgunEvent, startMailgunPeer } from '../../test/peers/mailgun-server.ts'
import { feedbackKinds } from '../domain/feedback.ts'
import type { EventQuery } from './event-api.ts'
import { pickEventApi } from './event-apis.ts'
import { readMailgunConfig } from './mailgun-config.ts'
import { openMailgunEvents } from './mailgun-events.ts'
import { ConfigurationError } from './provider.ts'

const message = '0198c5a2-7a10-7cc3-9b1f-00000000aaaa'
const mail = { messageId: `${message}.7.0@tidings.test`, recipient: 'amina@example.com' }
const noon = new Date('2027-03-14T12:00:00.000Z')
const after = (seconds: number) => new Date(noon.getTime() + seconds * 1000)
const all: EventQuery = { begin: noon, end: after(3600), kinds: feedbackKinds, limit: 300 }

async function opened(options: Parameters<typeof startMailgunPeer>[0] = {}) {
  const peer = await startMailgunPeer(options)
  onTestFinished(() => peer.close())
  const waits: number[] = []
  const sleep = async (ms: number) => void waits.push(ms)
  return { peer, waits, api: openMailgunEvents(readMailgunConfig(peer.env)!, sleep) }
}

test('each event becomes a report in our words, under the row that its Message-ID spells', async () => {
  const { peer, api } = await opened()
  const status = { code: 550, 'enhanced-code': '5.1.1', message: 'No such user' }
  peer.add(
    mailgunEvent('accepted', after(1), mail),
    mailgunEvent('delivered', after(2), mail),
    mailgunEvent('opened', after(3), { ...mail, 'client-info': { bot: '' } }),
    mailgunEvent('opened', after(4), { ...mail, 'client-info': { bot: 'apple' } }),
    mailgunEvent('clicked', after(5), { ...mail, 'client-info': { bot: 'generic' } }),
    mailgunEvent('failed', after(6), { ...mail, severity: 'permanent', reason: 'bounce', 'delivery-status': status }),
    mailgunEvent('failed', after(7), { ...mail, severity: 'temporary', reason: 'generic' }),
    mailgunEvent('complained', after(8), mail),
    mailgunEvent('unsubscribed', after(9), mail),
    mailgunEvent('rejected', after(10), { ...mail, reject: { reason: 'Too large' } }),
  )

  const { events, foreign, reachedAt } = await api.fetchEvents(all)

  expect(foreign).toBe(0)
  expect(reachedAt).toEqual(after(10))
  expect(events.map(({ kind, machine, bounceClass, detail }) => ({ kind, machine, bounceClass, detail }))).toEqual([
    { kind: 'sent' },
    { kind: 'delivered' },
    { kind: 'opened' },
    { kind: 'opened', machine: 'Mailgun takes it for a machine (apple)' },
    { kind: 'clicked', machine: 'Mailgun takes it for a machine (generic)' },
    { kind: 'bounced', bounceClass: 'permanent', detail: '550 No such user' },
    { kind: 'delayed', detail: 'generic' },
    { kind: 'complained' },
    { kind: 'unsubscribed' },
    { kind: 'bounced', bounceClass: 'undetermined', detail: 'Too large' },
  ])
  for (const [index, event] of events.entries()) {
    expect(event).toMatchObject({ messageId: message, seq: 7, generation: 0, address: mail.recipient })
    expect(event).toMatchObject({ provider: 'mailgun', happenedAt: after(index + 1) })
    expect(event).not.toHaveProperty('providerMessageId')
  }
  expect(new Set(events.map(({ providerEventId }) => providerEventId)).size).toBe(10)
})

test.each([
  [{ reason: 'bounce' }, 'permanent'],
  [{ reason: 'suppress-bounce' }, 'permanent'],
  // What a policy refused says nothing of the mailbox.
  [{ reason: 'bounce', 'delivery-status': { 'enhanced-code': '5.7.1' } }, 'undetermined'],
  [{ reason: 'suppress-unsubscribe' }, 'undetermined'],
  [{ reason: 'generic' }, 'undetermined'],
  [{ reason: 'old' }, 'transient'],
  [{}, 'undetermined'],
])('a permanent failure with %j is a bounce of class %s', async (facts, bounceClass) => {
  const { peer, api } = await opened()
  peer.add(mailgunEvent('failed', after(1), { ...mail, severity: 'permanent', ...facts }))

  expect((await api.fetchEvents(all)).events).toMatchObject([{ kind: 'bounced', bounceClass }])
})

test('events of other mails, and what is no event at all, are foreign and harm nobody', async () => {
  const { peer, api } = await opened()
  const strange = [
    mailgunEvent('opened', after(1), { ...mail, messageId: '2013.18666.16540@samples.mailgun.org' }),
    mailgunEvent('stored', after(2), mail),
    mailgunEvent('constructor', after(3), mail),
    mailgunEvent('opened', after(4), { ...mail, recipient: '' }),
    { ...mailgunEvent('opened', after(5), mail), id: 'x'.repeat(501) },
    { ...mailgunEvent('opened', after(6), mail), message: 'none' },
    { ...mailgunEvent('opened', after(7), mail), id: 7 as unknown as string },
  ]
  // All of them on one page, whatever the filter says.
  peer.plan({ doing: 'answer', status: 200, text: JSON.stringify({ items: [null, 'x', ...strange], paging: {} }) })

  const page = await api.fetchEvents(all)

  expect(page).toEqual({ events: [], foreign: 9, reachedAt: after(7), next: undefined })
})

test('only what is asked for is asked for: the window in whole seconds, oldest first, and the names of the kinds', async () => {
  const { peer, api } = await opened()

  await api.fetchEvents({
    ...all,
    begin: after(0.9),
    end: after(59.1),
    kinds: ['bounced', 'delayed', 'opened'],
    limit: 900,
  })

  const { path, headers } = peer.requests[0]!
  expect(Object.fromEntries(new URL(path, 'http://x').searchParams)).toEqual({
    begin: String(noon.getTime() / 1000),
    end: String(noon.getTime() / 1000 + 60),
    ascending: 'yes',
    limit: '300',
    event: 'failed OR rejected OR opened',
  })
  expect(headers.authorization).toBe(`Basic ${Buffer.from('api:mg-key').toString('base64')}`)
})

test('pages follow each other to an empty one, at the address that was configured and not where a page points', async () => {
  const { peer, api } = await opened({ repeats: 1 })
  peer.add(...Array.from({ length: 5 }, (_, n) => mailgunEvent('delivered', after(n), mail)))

  const seen: string[] = []
  let pageToken: string | undefined
  let pages = 0
  do {
    const page = await api.fetchEvents({ ...all, limit: 2, pageToken })
    seen.push(...page.events.map(({ providerEventId }) => providerEventId))
    pageToken = page.next
    pages++
  } while (pageToken !== undefined)

  expect(pages).toBe(4)
  expect(new Set(seen).size).toBe(5)
  // The peer repeats the last event of a page on the next one, and says that the next page is on another host.
  expect(seen).toHaveLength(7)
  expect(peer.requests).toHaveLength(4)
})

test('429 and 5xx are tried again after the wait that is asked for, and a lost answer after two seconds', async () => {
  const { peer, api, waits } = await opened()
  peer.add(mailgunEvent('delivered', after(1), mail))
  peer.plan({ doing: 'answer', status: 429, text: '{}', headers: { 'retry-after': '7' } })
  peer.plan({ doing: 'reset' })

  const page = await api.fetchEvents(all)

  expect(page.events).toHaveLength(1)
  expect(waits).toEqual([7000, 4000])
})

test('after three tries it is given up, in words without the key', async () => {
  const { peer, api, waits } = await opened()
  peer.plan({ doing: 'answer', status: 503, text: 'mg-key', times: 3 })

  const failure = await api.fetchEvents(all).catch((error: Error) => error)

  expect(failure).toMatchObject({ name: 'EventApiError', message: 'Mailgun answered with status 503.' })
  expect(waits).toHaveLength(2)
  expect(peer.requests).toHaveLength(3)
})

test.each([
  [401, /does not know MAILGUN_API_KEY/],
  [403, /may not read events/],
  [404, /MAILGUN_BASE_URL=https:\/\/api\.eu\.mailgun\.net/],
  [302, /status 302/],
])('status %i is not tried again, and no redirect is followed', async (status, words) => {
  const { peer, api } = await opened()
  const other = await startMailgunPeer()
  onTestFinished(() => other.close())
  peer.plan({ doing: 'answer', status, text: 'no', headers: { location: `${other.url}/v3/mg.tidings.test/events` } })

  await expect(api.fetchEvents(all)).rejects.toThrow(words)

  expect(peer.requests).toHaveLength(1)
  expect(other.requests).toHaveLength(0)
})

test('an answer without an end is cut, and is no page', async () => {
  const { peer, api } = await opened()
  peer.plan({ doing: 'flood', status: 200, bytes: 'x'.repeat(65_536), totalBytes: 30 * 1024 * 1024, times: 3 })

  await expect(api.fetchEvents(all)).rejects.toThrow(/no page of events/)
})

test('whoever stops does not wait for an answer', async () => {
  const { peer, api } = await opened()
  peer.plan({ doing: 'hang' })
  const stopping = new AbortController()

  const asked = api.fetchEvents({ ...all, signal: stopping.signal })
  setTimeout(() => stopping.abort(), 50)

  await expect(asked).rejects.toThrow(/abort/i)
})

test('it is configured wholly or not at all', () => {
  const both = { MAILGUN_API_KEY: 'key-1', MAILGUN_DOMAIN: 'MG.example.org' }

  expect(pickEventApi({})).toBeUndefined()
  expect(pickEventApi(both)).toMatchObject({ provider: 'mailgun', account: 'mailgun:mg.example.org' })
  expect(readMailgunConfig(both)).toMatchObject({ baseUrl: 'https://api.mailgun.net' })
})

test.each([
  [{ MAILGUN_API_KEY: 'secret-key-1' }, /^MAILGUN_DOMAIN is missing/],
  [{ MAILGUN_DOMAIN: 'mg.example.org' }, /^MAILGUN_API_KEY is missing/],
  [{ MAILGUN_BASE_URL: 'https://api.eu.mailgun.net' }, /^MAILGUN_API_KEY is missing/],
  [{ MAILGUN_API_KEY: 'secret key', MAILGUN_DOMAIN: 'mg.example.org' }, /^MAILGUN_API_KEY must be/],
  [{ MAILGUN_API_KEY: 'k', MAILGUN_DOMAIN: 'mg.example.org/../x' }, /^MAILGUN_DOMAIN must be/],
  [{ MAILGUN_API_KEY: 'k', MAILGUN_DOMAIN: 'mg.example.org', MAILGUN_BASE_URL: 'ftp://x' }, /^MAILGUN_BASE_URL must/],
])('%j stops the process with one line', (env, words) => {
  expect(() => pickEventApi(env)).toThrow(ConfigurationError)
  expect(() => pickEventApi(env)).toThrow(words)
  expect(() => pickEventApi(env)).not.toThrow(/secret/)
})
