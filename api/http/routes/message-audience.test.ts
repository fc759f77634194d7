import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { at, host, shareAppWithHost } from '../../../test/hosted-app.ts'
import * as given from '../../../test/given.ts'
import { audienceKeys } from '../../domain/audiences.ts'

let event: Awaited<ReturnType<typeof given.event>>
shareAppWithHost()
beforeEach(async () => {
  event = await given.event(at.db, { hostId: host.userId })
})

const count = (audience: string) => host.get(`/events/${event.id}/messages/recipient-count?audience=${audience}`)
const who = (query: string) => host.get(`/events/${event.id}/messages/recipients?audience=${query}`)

const mix = { pending: 4, attending: 3, declined: 2, maybe: 1 } as const
function mixed() {
  return Object.entries(mix).flatMap(([rsvpStatus, number]) =>
    Array.from({ length: number }, (_, n) => ({
      rsvpStatus: rsvpStatus as keyof typeof mix,
      name: `${rsvpStatus} ${n}`,
      email: `${rsvpStatus}-${n}@example.org`,
    })),
  )
}

test('a notice counts and lists guests who unsubscribed, as it will reach them', async () => {
  const unsubscribedAt = new Date()
  await given.guests(at.db, event.id, [{ email: 'amina@example.org', unsubscribedAt }, { email: 'bao@example.org' }])

  expect((await count('everyone')).body).toMatchObject({ count: 1, excluded: { unsubscribed: 1 } })
  expect((await count('everyone&kind=notice')).body).toMatchObject({ count: 2, excluded: { unsubscribed: 0 } })
  const { items } = (await who('everyone&kind=notice')).body
  expect(items.map(({ reason }: { reason: string | null }) => reason)).toEqual([null, null])
})

test('every preset counts exactly its guests', async () => {
  await given.guests(at.db, event.id, mixed())

  const counts = await Promise.all(audienceKeys.map(async (key) => [key, (await count(key)).body.count]))

  expect(Object.fromEntries(counts)).toEqual({ everyone: 10, ...mix })
})

test('several answers are counted together, however they are written', async () => {
  await given.guests(at.db, event.id, mixed())

  expect((await count('attending,maybe')).body.count).toBe(4)
  expect((await count('attending&audience=maybe')).body.count).toBe(4)
  expect((await count('attending,everyone')).body.count).toBe(10)
})

test('who is left out is counted by reason', async () => {
  await given.guests(at.db, event.id, [
    { email: 'ok@example.org' },
    { email: null },
    { email: 'left@example.org', unsubscribedAt: new Date() },
    { email: 'bounced@example.org' },
    { email: 'home@example.org', household: 'Falk' },
    { email: 'home@example.org', household: 'Falk' },
  ])
  await at.db.insertInto('suppressions').values({ address: 'bounced@example.org', reason: 'hard_bounce' }).execute()

  const { body } = await count('everyone')

  expect(body).toEqual({
    count: 2,
    excluded: { unsubscribed: 1, suppressed: 1, noAddress: 1, sharedAddress: 1, frequencyCapped: 0 },
    frequencyCap: null,
  })
})

test.each([
  ['an unknown word', 'friends', 'audience-unknown'],
  ['nothing', '', 'audience-unknown'],
  ['a known and an unknown word', 'maybe,friends', 'audience-unknown'],
  ['too much', 'x'.repeat(201), 'bad-request'],
])('%s is no audience', async (_, audience, type) => {
  for (const reply of [await count(audience), await who(audience)]) {
    expect(reply.body).toMatchObject({ status: 400, type: `urn:tidings:problem:${type}` })
    expect(reply.body.errors[0].field).toBe('audience')
  }
})

test('a count without an audience is refused', async () => {
  expect((await host.get(`/events/${event.id}/messages/recipient-count`)).status).toBe(400)
})

test('the names behind the count come first, those left out after them with their reason', async () => {
  await given.guests(at.db, event.id, [
    { name: 'Zoe', email: 'zoe@example.org' },
    { name: 'Ben', email: null },
    { name: 'Ada', email: 'ada@example.org' },
  ])

  const first = await who('everyone&limit=2')
  const second = await who(`everyone&limit=2&cursor=${first.body.nextCursor}`)

  expect(first.body.items.map((item: { name: string }) => item.name)).toEqual(['Ada', 'Zoe'])
  expect(second.body).toMatchObject({ items: [{ name: 'Ben', reason: 'No e-mail address' }], nextCursor: null })
})

test('for any guests the count is the number of names without a reason', async () => {
  const anyGuest = fc.record({
    rsvpStatus: fc.constantFrom('pending' as const, 'attending' as const, 'declined' as const, 'maybe' as const),
    address: fc.constantFrom('none', 'own', 'home'),
    left: fc.boolean(),
    suppressed: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(anyGuest, { maxLength: 12 }), fc.constantFrom(...audienceKeys), async (guests, key) => {
      event = await given.event(at.db, { hostId: host.userId })
      const rows = guests.map(({ rsvpStatus, address, left }, n) => ({
        rsvpStatus,
        email: { none: null, own: `${event.id}-${n}@example.org`, home: `${event.id}@example.org` }[address] ?? null,
        household: address === 'home' ? 'home' : null,
        unsubscribedAt: left ? new Date() : null,
      }))
      if (rows.length > 0) await given.guests(at.db, event.id, rows)
      const bad = guests.flatMap(({ suppressed }, n) => (suppressed ? [rows[n]!.email] : []))
      for (const address of new Set(bad.filter((email) => email !== null))) {
        await at.db.insertInto('suppressions').values({ address, reason: 'complaint' }).execute()
      }

      const { count: mails, excluded } = (await count(key)).body
      const { items } = (await who(`${key}&limit=200`)).body

      const skipped = Object.values<number>(excluded).reduce((sum, n) => sum + n, 0)
      expect(items).toHaveLength(mails + skipped)
      expect(items.filter((item: { reason: string | null }) => item.reason === null)).toHaveLength(mails)
    }),
    { numRuns: 40 },
  )
})
