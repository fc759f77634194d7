import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { audienceKeys, statusesOf } from '../domain/audiences.ts'
import { countAudience, listAudience } from './audience.ts'
import { countEveryAudience } from './audience-counts.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** One guest: what it answered, whether it has an address, shares one, has left, or is suppressed. */
const anyGuest = fc.record({
  rsvpStatus: fc.constantFrom('pending', 'attending', 'declined', 'maybe'),
  address: fc.constantFrom('none', 'own', 'family', 'flat'),
  unsubscribed: fc.boolean(),
  suppressed: fc.constantFrom('no', 'no', 'no', 'by a bounce', 'by choice'),
})

type Guest = typeof anyGuest extends fc.Arbitrary<infer T> ? T : never

const runs = 150

test('for any guests, every way of counting says the same as the list of who gets it', async () => {
  const keys = fc.uniqueArray(fc.constantFrom(...audienceKeys), { minLength: 1 })

  await fc.assert(
    fc.asyncProperty(fc.array(anyGuest, { maxLength: 25 }), keys, fc.boolean(), async (mix, chosen, transactional) => {
      const audience = { ...(await givenMix(mix)), statuses: statusesOf(chosen), transactional }

      const listed = await listAudience(database.db, audience, { limit: 100, offset: 0 })
      const counted = await countAudience(database.db, audience)
      const mailsFor = await countEveryAudience(database.db, audience)

      const skipped = Object.values(counted.skipped).reduce((sum, n) => sum + n, 0)
      const belonging = mix.filter((guest) => audience.statuses.includes(guest.rsvpStatus as 'maybe')).length
      expect(listed).toHaveLength(belonging)
      expect(counted.count).toBe(listed.filter((row) => row.skipReason === null).length)
      expect(counted.count).toBe(belonging - skipped)
      expect(mailsFor(audience.statuses)).toBe(counted.count)
      // Nobody reads the same words twice in one mailbox.
      expect(new Set(listed.flatMap((row) => (row.skipReason ? [] : [row.email]))).size).toBe(counted.count)
    }),
    { numRuns: runs },
  )
})

async function givenMix(mix: Guest[]) {
  const { db } = database
  const event = await given.event(db)
  const addressOf: Record<string, (n: number) => string | null> = {
    none: () => null,
    own: (n) => `guest-${n}@example.org`,
    family: () => 'family@example.org',
    flat: () => 'flat@example.org',
  }
  const rows = mix.map(({ rsvpStatus, address, unsubscribed }, n) => ({
    rsvpStatus: rsvpStatus as 'maybe',
    name: `Guest ${n}`,
    email: addressOf[address]!(n),
    household: ['family', 'flat'].includes(address) ? address : null,
    unsubscribedAt: unsubscribed ? new Date() : null,
  }))
  if (rows.length > 0) await given.guests(db, event.id, rows)
  for (const [n, { suppressed }] of mix.entries()) {
    const address = rows[n]!.email
    if (suppressed === 'no' || address === null) continue
    const reason = suppressed === 'by choice' ? ('unsubscribed' as const) : ('hard_bounce' as const)
    await db
      .insertInto('suppressions')
      .values({ address, hostId: event.hostId, reason })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  return { eventId: event.id, hostId: event.hostId }
}

test('each preset counts exactly its guests', async () => {
  const event = await given.event(database.db)
  const mix = { pending: 4, attending: 3, declined: 2, maybe: 1 } as const
  const guests = Object.entries(mix).flatMap(([rsvpStatus, number]) =>
    Array.from({ length: number }, (_, n) => ({
      rsvpStatus: rsvpStatus as keyof typeof mix,
      email: `${rsvpStatus}-${n}@example.org`,
    })),
  )
  await given.guests(database.db, event.id, guests)

  const mailsFor = await countEveryAudience(database.db, {
    eventId: event.id,
    hostId: event.hostId,
    transactional: false,
  })

  expect(Object.fromEntries(audienceKeys.map((key) => [key, mailsFor(statusesOf([key]))]))).toEqual({
    everyone: 10,
    ...mix,
  })
})
