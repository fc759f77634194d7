import { beforeEach, expect, test } from 'vitest'
import { appForTest, type Somebody, type TestApp } from '../../../test/app.ts'
import * as given from '../../../test/given.ts'
import { mailed } from '../../../test/mailed.ts'

let at: TestApp
let host: Somebody
let event: Awaited<ReturnType<typeof given.event>>
let guests: Awaited<ReturnType<typeof given.guests>>

const twiceADay = { mails: 2, hours: 24 }
const onceADay = { mails: 1, hours: 24 }

/** A host whose guest Ada has had two mails in the last hours, and Bao one. */
beforeEach(async () => {
  at = await appForTest({ frequencyCap: { broadcast: twiceADay, reminder: { mails: 5, hours: 24 }, resend: onceADay } })
  host = await at.signUp('host@example.org')
  event = await given.event(at.db, { hostId: host.userId })
  const rows = ['Ada', 'Bao', 'Cleo'].map((name) => ({ name, email: `${name.toLowerCase()}@example.org` }))
  guests = await given.guests(at.db, event.id, rows)
  await mailed(at.db, guests.slice(0, 2))
  await mailed(at.db, guests.slice(0, 1), { ago: 2 })
})

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const count = async (query = '') =>
  (await host.get(`/events/${event.id}/messages/recipient-count?audience=everyone${query}`)).body
const who = async (query = '') =>
  (await host.get(`/events/${event.id}/messages/recipients?audience=everyone${query}`)).body

test('who was mailed enough today is counted as left out, and named with the reason', async () => {
  expect(await count()).toMatchObject({ count: 2, excluded: { frequencyCapped: 1 }, frequencyCap: twiceADay })

  const { items } = await who()
  expect(items.map(({ name, reason }: { name: string; reason: string | null }) => [name, reason])).toEqual([
    ['Bao', null],
    ['Cleo', null],
    ['Ada', 'Already mailed as often as is allowed'],
  ])
})

test.each([
  ['a message of tomorrow evening is not told about today', () => `&sendAt=${inHours(30)}`, 3, twiceADay],
  ['a message of tonight is', () => `&sendAt=${inHours(5)}`, 2, twiceADay],
  ['a time that is over is now', () => `&sendAt=${inHours(-500)}`, 2, twiceADay],
  ['a reminder has its own limit', () => '&kind=reminder', 3, { mails: 5, hours: 24 }],
  ['a notice has none', () => '&kind=notice', 3, null],
])('%s', async (_, query, mails, frequencyCap) => {
  const asked = query()

  expect(await count(asked)).toMatchObject({ count: mails, frequencyCap })
  const { items } = await who(asked)
  expect(items.filter(({ reason }: { reason: string | null }) => reason === null)).toHaveLength(mails)
})

test('a message that is sent again has the limit of its own kind, which decides how many go and not whether', async () => {
  const first = await mailed(at.db, guests, { ago: 30 })
  await at.db.insertInto('messageCounters').values({ messageId: first, shard: 1, accepted: 3 }).execute()

  expect(await count(`&resendOf=${first}`)).toMatchObject({ count: 1, frequencyCap: onceADay })
  const offer = () => host.get(`/events/${event.id}/messages/${first}/resend`)
  expect((await offer()).body).toMatchObject({ allowed: true, count: 1 })

  await mailed(at.db, guests)
  expect((await offer()).body).toMatchObject({ allowed: true, count: 0 })
})

test.each(['tomorrow', '2027-02-30T10:00:00Z', '2027-03-14T23:59:60Z'])(
  '%s is no time to send, and the refusal names the field',
  async (sendAt) => {
    const { status, body } = await host.get(
      `/events/${event.id}/messages/recipient-count?audience=everyone&sendAt=${sendAt}`,
    )

    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(JSON.stringify(body.errors)).toContain('sendAt')
  },
)

test('a mail that can be sent again tomorrow is not told about the mails of today', async () => {
  const first = await mailed(at.db, guests, { ago: 1 })
  await at.db.insertInto('messageCounters').values({ messageId: first, shard: 1, accepted: 3 }).execute()
  const { body } = await host.get(`/events/${event.id}/messages/${first}/resend`)

  expect(body).toMatchObject({ allowed: false, count: 3, availableAt: expect.any(String) })
})

test('the operator reads which cap is in force', async () => {
  const app = await appForTest({ frequencyCap: { broadcast: twiceADay, reminder: twiceADay, resend: twiceADay } })
  const operator = await app.signUp('operator@example.com')
  expect((await operator.get('/operator/health')).body.frequencyCap).toBe('2 mails within 24 hours')
})

test('a page of names goes on only for the time that it began with', async () => {
  const sendAt = inHours(30)
  const { nextCursor } = await who(`&limit=1&sendAt=${sendAt}`)

  expect((await who(`&limit=1&sendAt=${sendAt}&cursor=${nextCursor}`)).items).toHaveLength(1)
  expect(await who(`&limit=1&cursor=${nextCursor}`)).toMatchObject({ status: 400 })
})

test('what a host sends now is counted against the weekly limit as it will be sent', async () => {
  const limited = await appForTest({
    frequencyCap: { broadcast: twiceADay, reminder: null, resend: null },
    hostWeeklyLimit: 2,
  })
  const ada = await limited.signUp('ada@example.org')
  const own = await given.event(limited.db, { hostId: ada.userId })
  const rows = ['a', 'b', 'c'].map((name) => ({ email: `${name}@example.org` }))
  const all = await given.guests(limited.db, own.id, rows)
  await mailed(limited.db, all.slice(0, 1))
  await mailed(limited.db, all.slice(0, 1))
  const words = { kind: 'broadcast', audience: ['everyone'], subject: 'Hi', body: 'Hi', mode: 'send_now' }

  const reply = await ada.post(`/events/${own.id}/messages`, words, {
    headers: { 'idempotency-key': 'first-key-0001' },
  })

  expect(reply.status).toBe(201)
})

test('the list of messages tells how many they are for, whoever has had enough by now', async () => {
  const { id } = await given.message(at.db, event.id, { status: 'scheduled', sendAt: new Date(inHours(1)) })

  const { items } = (await host.get(`/events/${event.id}/messages?tab=scheduled`)).body

  expect(items.find((item: { id: string }) => item.id === id).recipients).toBe(3)
})
