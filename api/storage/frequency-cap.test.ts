import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { mailed } from '../../test/mailed.ts'
import type { FrequencyCap } from '../domain/frequency-cap.ts'
import type { MessageKind } from '../domain/message.ts'
import { audienceOf, countAudience, listAudience } from './audience.ts'
import { fireNextDue } from './fire.ts'

let database: TestDatabase
let db: TestDatabase['db']
let event: Awaited<ReturnType<typeof given.event>>
let ada: Guest
let bao: Guest

type Guest = Awaited<ReturnType<typeof given.guests>>[number]

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database.drop())
beforeEach(async () => {
  event = await given.event(db)
  ;[ada, bao] = (await given.guests(db, event.id, [
    { name: 'Ada', email: `ada-${event.id}@example.org` },
    { name: 'Bao', email: `bao-${event.id}@example.org` },
  ])) as [Guest, Guest]
})

const twiceADay = { mails: 2, hours: 24 }
const cap: FrequencyCap = { broadcast: twiceADay, reminder: { mails: 5, hours: 24 }, resend: { mails: 1, hours: 168 } }

type Asked = { kind?: MessageKind; endsAt?: Date; id?: string; of?: { id: string; hostId: string } }

/** Who of the event's guests would be left out of a message for having been mailed enough. */
async function capped({ kind = 'broadcast', endsAt, id, of = event }: Asked = {}) {
  const message = { id, kind, eventId: of.id, audience: ['everyone'], guestId: null, firedAt: null, resendOf: null }
  const audience = audienceOf(message, of.hostId, { frequencyCap: cap, endsAt })
  const listed = await listAudience(db, audience, { limit: 200, offset: 0 })
  const counted = await countAudience(db, audience)
  const left = listed.filter(({ skipReason }) => skipReason === 'frequency_capped')
  expect(counted.skipped.frequency_capped ?? 0).toBe(left.length)
  expect(counted.count).toBe(listed.filter(({ skipReason }) => skipReason === null).length)
  return left.map(({ name }) => name)
}

// In hours.
const day = 24
const second = 1 / 3600

test('who was mailed as often as is allowed is left out, and the others are not', async () => {
  await mailed(db, [ada, bao])
  expect(await capped()).toEqual([])

  await mailed(db, [ada])
  expect(await capped()).toEqual(['Ada'])
})

test.each([
  ['just inside of the window counts', day - 5 * second, ['Ada']],
  ['just outside of the window does not', day + second, []],
])('a mail %s', async (_, ago, names) => {
  await mailed(db, [ada])
  await mailed(db, [ada], { ago })

  expect(await capped()).toEqual(names)
})

test.each([
  ['on the wire counts', { state: 'wired', acceptedAt: null }, ['Ada']],
  ['unknown counts', { state: 'unknown', acceptedAt: null }, ['Ada']],
  ['waiting to be sent counts', { state: 'queued', acceptedAt: null, wiredAt: null }, ['Ada']],
  [
    'unknown for two days counts no more',
    { state: 'unknown', acceptedAt: null, wiredAt: sql`now() - interval '2 days'` },
    [],
  ],
  ['failed does not count', { state: 'failed', acceptedAt: null, reason: 'No such user' }, []],
  ['skipped does not count', { state: 'skipped', acceptedAt: null, reason: 'left_audience' }, []],
  ['cancelled does not count', { state: 'cancelled', acceptedAt: null }, []],
] as const)('a mail that is %s', async (_, delivery, names) => {
  await mailed(db, [ada])
  await mailed(db, [ada], { delivery: delivery as object })

  expect(await capped()).toEqual(names)
})

test('what its host has paused keeps no correction back, unless it may have gone already', async () => {
  await mailed(db, [ada])
  const paused = { status: 'sending', pausedAt: new Date(), pauseReason: 'host' } as const
  const waits = { state: 'queued', acceptedAt: null } as const
  const messageId = await mailed(db, [ada], { message: paused, delivery: waits })
  expect(await capped()).toEqual([])

  await db
    .updateTable('messageDeliveries')
    .set({ inDoubtSince: new Date() })
    .where('messageId', '=', messageId)
    .execute()
  expect(await capped()).toEqual(['Ada'])
})

test.each(['notice', 'confirmation', 'test'] as const)('a %s neither counts nor is capped', async (kind) => {
  await mailed(db, [ada])
  await mailed(db, [ada], { message: { kind } })
  expect(await capped()).toEqual([])

  await mailed(db, [ada])
  expect(await capped()).toEqual(['Ada'])
  expect(await capped({ kind })).toEqual([])
})

test('all other kinds count together, and the limit is that of the message in question', async () => {
  const first = await mailed(db, [ada, bao], { message: { kind: 'reminder', reminderKey: 'day_of' } })
  await mailed(db, [ada], { message: { kind: 'resend', resendOf: first } })

  expect(await capped()).toEqual(['Ada'])
  expect(await capped({ kind: 'reminder' })).toEqual([])
  expect(await capped({ kind: 'resend' })).toEqual(['Ada', 'Bao'])
})

test('mails of all events of the host count, and those of another host do not', async () => {
  const again = async (hostId?: string) => {
    const other = await given.event(db, { ...(hostId && { hostId }) })
    return (await given.guests(db, other.id, [{ name: 'A.', email: ada.email }]))[0]!
  }
  const elsewhere = await again()
  await mailed(db, [elsewhere])
  await mailed(db, [elsewhere])
  await mailed(db, [ada])
  expect(await capped()).toEqual([])

  await mailed(db, [await again(event.hostId)])
  expect(await capped()).toEqual(['Ada'])
})

test('a household that shares an address has had the mails of all of them, and each mail once', async () => {
  const lees = ['Ann', 'Bob', 'Cat'].map((name) => ({ name, household: 'Lee', email: `lee-${event.id}@example.org` }))
  const [ann, bob, cat] = await given.guests(db, event.id, lees)
  const messageId = await mailed(db, [ann!])
  const carried = { messageId, reason: 'shared_address', carriedBy: ann!.id, state: 'skipped' } as const
  const others = [bob!, cat!].map(({ id, email }, n) =>
    Object.assign({ seq: n + 2, guestId: id, address: email }, carried),
  )
  await db.insertInto('messageDeliveries').values(others).execute()
  expect(await capped()).toEqual([])

  await mailed(db, [bob!])
  expect((await capped()).toSorted()).toEqual(['Ann', 'Bob', 'Cat'])
})

test('mails to an address that the guest had before are not those of the new one', async () => {
  await mailed(db, [ada])
  await mailed(db, [ada], { delivery: { address: 'old@example.org' } })

  expect(await capped()).toEqual([])
})

test('the rows of a message never keep it back itself', async () => {
  await mailed(db, [ada])
  const own = await mailed(db, [ada])

  expect(await capped({ id: own })).toEqual([])
})

test('a message of next week is not told about the mails of today', async () => {
  await mailed(db, [ada])
  await mailed(db, [ada], { delivery: { state: 'queued', acceptedAt: null } })
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000)
  expect(await capped({ endsAt: inHours(22) })).toEqual(['Ada'])

  expect(await capped({ endsAt: inHours(23.5) })).toEqual([])
  expect(await capped({ endsAt: inHours(168) })).toEqual([])
  // A draft may carry a time that is long over.
  expect(await capped({ endsAt: inHours(-100) })).toEqual(['Ada'])
})

test('the reasons that came before the cap are told before it', async () => {
  const left = { unsubscribedAt: new Date() }
  await db.updateTable('guests').set(left).where('id', '=', ada.id).execute()
  await mailed(db, [ada, bao])
  await mailed(db, [ada, bao])

  expect(await capped()).toEqual(['Bao'])
})

test('for any history the count is what is left of all, and the same that is sent', async () => {
  const anyMail = fc.record({
    to: fc.integer({ min: 0, max: 5 }),
    ago: fc.constantFrom(1, 23, 25),
    state: fc.constantFrom('accepted', 'unknown', 'queued', 'failed'),
    kind: fc.constantFrom('broadcast', 'notice'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(anyMail, { maxLength: 14 }), async (mails) => {
      const own = await given.event(db)
      const home = { email: `home-${own.id}@example.org`, household: 'Home' }
      const rows = [0, 1, 2, 3].map((n) => ({ email: `g${n}-${own.id}@example.org` }))
      const guests = await given.guests(db, own.id, [...rows, home, home])
      for (const { to, ago, state, kind } of mails) {
        const answer = state === 'accepted' ? {} : { acceptedAt: null, reason: 'x' }
        await mailed(db, [guests[to]!], {
          ago,
          message: { kind: kind as 'notice' },
          delivery: { state: state as 'queued', ...answer },
        })
      }
      const { id } = await given.dueMessage(db, own.id)
      const message = await db
        .selectFrom('scheduledMessages')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      const counted = await countAudience(db, audienceOf(message, own.hostId, { frequencyCap: cap }))

      const expansion = { unitSize: 100, shard: 1 }
      const firer = { provider: 'smtp', from: { address: 'a@example.org' }, publicUrl: 'https://t.test', expansion }
      const fired = await fireNextDue(db, { ...firer, frequencyCap: cap })

      const lately = (n: number) =>
        mails.filter(({ to, ago, state, kind }) => {
          const isToThem = n < 4 ? to === n : to >= 4
          const counts = state === 'queued' || (ago < 24 && state !== 'failed')
          return isToThem && counts && kind === 'broadcast'
        }).length
      const left = guests.filter((_, n) => lately(n) >= 2).length
      expect(fired).toMatchObject({ kind: 'fired', messageId: id, added: 6 })
      expect(counted.skipped.frequency_capped ?? 0).toBe(left)
      const shared = lately(4) >= 2 ? 0 : 1
      expect(counted.count).toBe(6 - left - shared)
      const sent = await db
        .selectFrom('messageDeliveries')
        .select(['state', 'reason'])
        .where('messageId', '=', id)
        .execute()
      expect(sent.filter(({ state }) => state === 'queued')).toHaveLength(counted.count)
      expect(sent.filter(({ reason }) => reason === 'frequency_capped')).toHaveLength(left)
    }),
    { numRuns: 60 },
  )
})
