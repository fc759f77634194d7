import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import { unit } from '../../test/given.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import { expectSums } from '../../test/sums.ts'
import { applyEvidence, type Evidence } from './evidence.ts'
import type { DeliveryState } from './schema.gen.ts'

let db: TestDatabase['db']
let messageId: string

/** One delivery in this state, of the second generation, that was sent to guest-1@example.com. */
async function given(state: DeliveryState, providerMessageId: string | null = null) {
  ;({ db } = await cloneDatabase())
  messageId = (await finishedMessage(db, ['unknown'])).message.id
  const unknownAt = state === 'unknown' ? new Date() : null
  const acceptedAt = state === 'accepted' ? new Date() : null
  await db
    .updateTable('messageDeliveries')
    .set({ state, generation: 2, reason: 'No answer.', providerMessageId, unknownAt, acceptedAt, dueAt: new Date() })
    .execute()
  const counted = state === 'wired' ? 'queued' : state
  await db
    .updateTable('messageCounters')
    .set({ unknown: 0, [counted]: 1 })
    .execute()
}

const apply = (...evidence: Partial<Evidence>[]) =>
  applyEvidence(
    db,
    evidence.map((one) => Object.assign({ messageId, seq: 1, generation: 2 }, one)),
    0,
  )
const row = () => db.selectFrom('messageDeliveries').selectAll().executeTakeFirstOrThrow()

beforeEach(() => given('unknown'))

test.each(['queued', 'wired', 'unknown'] as const)(
  'a mail that is %s for us and taken for its provider is accepted',
  async (state) => {
    await given(state)

    expect(await apply({ providerMessageId: 'p-1' })).toEqual({ settled: 1, surprises: 0, strangers: 0 })

    const accepted = { state: 'accepted', providerMessageId: 'p-1', reason: null, dueAt: null, unknownAt: null }
    expect(await row()).toMatchObject(accepted)
    expect(await expectSums(db, messageId)).toEqual({ accepted: 1 })
  },
)

test('a unit that waited for the evidence is looked at now, and its neighbour when it is due', async () => {
  const runAt = new Date(Date.now() + 900_000)
  await unit(db, messageId, { id: 2, lo: 1, hi: 1, runAt })
  await unit(db, messageId, { id: 3, lo: 2, hi: 9, runAt })

  await apply({ providerMessageId: 'p-1' })

  const due = await db
    .selectFrom('sendUnits')
    .select('id')
    .where('runAt', '<=', sql<Date>`now()`)
    .execute()
  expect(due).toEqual([{ id: 2 }])
})

test('the same evidence twice counts once', async () => {
  await apply({ providerMessageId: 'p-1' })

  expect(await apply({ providerMessageId: 'p-1' })).toEqual({ settled: 0, surprises: 0, strangers: 0 })
  expect(await expectSums(db, messageId)).toEqual({ accepted: 1 })
})

test('evidence of an earlier try keeps the guest from being tried again', async () => {
  await given('queued')

  expect(await apply({ generation: 1 })).toMatchObject({ settled: 1, surprises: 0 })
  expect(await row()).toMatchObject({ state: 'accepted' })
})

test.each(['failed', 'skipped', 'cancelled'] as const)(
  'a mail that is %s for us and was taken all the same is a surprise',
  async (state) => {
    await given(state)

    expect(await apply({ providerMessageId: 'p-1' })).toEqual({ settled: 0, surprises: 1, strangers: 0 })
    expect((await row()).state).toBe(state)
    await expectSums(db, messageId)
  },
)

test('a second mail of one delivery is a surprise, and so is one that is on the wire beside it', async () => {
  await given('accepted', 'p-1')
  expect(await apply({ providerMessageId: 'p-2' })).toMatchObject({ settled: 0, surprises: 1 })

  await given('wired')
  expect(await apply({ generation: 1 })).toMatchObject({ settled: 1, surprises: 1 })
})

test('evidence about somebody else changes nothing', async () => {
  expect(await apply({ address: 'stranger@example.com' })).toEqual({ settled: 0, surprises: 0, strangers: 1 })
  expect(await apply({ generation: 3 })).toMatchObject({ strangers: 1 })
  expect(await apply({ seq: 7 })).toMatchObject({ strangers: 1 })
  expect(await row()).toMatchObject({ state: 'unknown' })

  expect(await apply({ address: 'Guest-1@Example.com' })).toMatchObject({ settled: 1 })
})
