import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { expectSums } from '../../test/sums.ts'
import { removeGuest } from './guest-removal.ts'
import { recordOutcomes } from './record.ts'
import { loadQueuedRows } from './rows.ts'
import { markWired } from './wire.ts'

let db: TestDatabase['db']
let eventId: string
let messageId: string
let guestIds: string[]

/** Guest 1 carries the mail for guests 2 and 3; the unit is claimed for an hour. */
beforeEach(async () => {
  db = (await cloneDatabase()).db
  eventId = (await given.event(db)).id
  const { message, guests } = await sendingMessage(db, eventId, 3)
  messageId = message.id
  guestIds = guests.map(({ id }) => id)
  const members = guests.slice(1).map(({ id, name }) => ({ guestId: id, name, linkVersion: 1 }))
  await sql`
    update message_deliveries set address = 'lee@example.com',
      state = case when seq = 1 then 'queued' else 'skipped' end::delivery_state,
      reason = case when seq > 1 then 'shared_address' end, carried_by = case when seq > 1 then ${guestIds[0]!}::uuid end,
      variables = variables || case when seq = 1 then ${JSON.stringify({ members })}::jsonb else '{}' end`.execute(db)
  await sql`update message_counters set queued = 1, skipped = 2`.execute(db)
  await sql`update send_units set epoch = 1, lease_until = now() + interval '1 hour'`.execute(db)
})

const key = (seq: number) => ({ messageId, seq, unitId: 2, epoch: 1 })
const unit = { id: 2, epoch: 1, kind: 'send' as const, lo: 1, hi: 3, cursor: null, crashes: 0, priority: 2 }
const mark = (seq: number, batch?: { lo: number; generation: number; digest: Buffer }) =>
  markWired(db, { rows: [{ ...key(seq), batch }], provider: 'smtp', shard: 1 })
const deferred = { state: 'queued', reason: 'Later.', dueInMs: 0, attemptBurnt: true } as const
const comesBack = (seq: number) =>
  recordOutcomes(db, { outcomes: [{ ...key(seq), outcome: deferred }], closed: [], shard: 1 })
const remove = (seq: number) =>
  db.transaction().execute((tx) => removeGuest(tx, { eventId, guestId: guestIds[seq - 1]! }))
const unsubscribe = (seq: number) =>
  db
    .updateTable('guests')
    .set({ unsubscribedAt: new Date() })
    .where('id', '=', guestIds[seq - 1]!)
    .execute()
const rows = () => db.selectFrom('messageDeliveries').selectAll().orderBy('seq').execute()
const words = async () => (await rows()).map(({ state, reason }) => [state, reason].filter(Boolean).join(' '))
/** Whom the mails that are about to be written speak of, beside their carriers. */
const named = async () =>
  (await loadQueuedRows(db, { ...unit, messageId })).map(({ variables }) =>
    (variables.members ?? []).map((m) => m.name),
  )

test('members who are removed while their mail is on the wire are neither named nor made heirs when it comes back', async () => {
  await mark(1)
  await remove(2)
  await comesBack(1)
  expect(await named()).toEqual([['Guest 3']])

  await unsubscribe(1)
  expect(await mark(1)).toMatchObject([{ verdict: 'unsubscribed' }])

  expect(await words()).toEqual(['skipped unsubscribed', 'skipped guest_removed', 'queued'])
  expect(await named()).toEqual([[]])
  expect(await expectSums(db, messageId)).toEqual({ queued: 1, skipped: 2 })
})

test('when all members have gone there is no heir, and the mark goes on for others', async () => {
  await mark(1)
  await remove(2)
  await remove(3)
  await comesBack(1)
  await unsubscribe(1)

  await mark(1)

  expect(await words()).toEqual(['skipped unsubscribed', 'skipped guest_removed', 'skipped guest_removed'])
  expect(await expectSums(db, messageId)).toEqual({ skipped: 3 })
})

test('a guest who is removed while their mail is on the wire leaves neither address nor words when it comes back', async () => {
  await mark(1)
  await remove(1)
  await comesBack(1)

  expect(await mark(1)).toMatchObject([{ verdict: 'guest_removed' }])

  const [gone, heir] = await rows()
  expect(gone).toMatchObject({ state: 'skipped', reason: 'guest_removed', address: null, variables: {} })
  expect(heir).toMatchObject({ state: 'queued', address: 'lee@example.com', carriedBy: null })
  expect(await named()).toEqual([['Guest 3']])
  await expectSums(db, messageId)
})

test('the rest of a household stands behind the heir, and leaves it as it would have left the first', async () => {
  await remove(1)
  expect((await rows())[2]).toMatchObject({ state: 'skipped', carriedBy: guestIds[1]! })

  await remove(3)

  expect(await words()).toEqual(['skipped guest_removed', 'queued', 'skipped guest_removed'])
  expect((await rows())[1]!.variables).toMatchObject({ members: [] })
  await expectSums(db, messageId)
})

test('a call whose answer is missing keeps its words for a replay; a mail written anew leaves out who has gone', async () => {
  await mark(1, { lo: 1, generation: 1, digest: Buffer.from('digest') })
  const before = (await rows())[0]!.variables

  await remove(2)
  expect((await rows())[0]!.variables).toEqual(before)

  await comesBack(1)
  expect(await named()).toEqual([['Guest 3']])
})

test.each([
  ['is removed', () => remove(1)],
  ['unsubscribes', () => unsubscribe(1).then(() => mark(1))],
])('nobody inherits a mail that may have gone when its carrier %s: the address is the same', async (_how, ends) => {
  await db.updateTable('messageDeliveries').set({ inDoubtSince: new Date() }).where('seq', '=', 1).execute()

  await ends()

  expect((await rows()).map(({ state }) => state)).toEqual(['unknown', 'skipped', 'skipped'])
  expect((await rows())[1]).toMatchObject({ reason: 'shared_address', carriedBy: guestIds[0] })
  expect(await expectSums(db, messageId)).toEqual({ unknown: 1, skipped: 2 })
})
