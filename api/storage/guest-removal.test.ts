import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { expectSums } from '../../test/sums.ts'
import { applyEvidence } from './evidence.ts'
import { removeGuest } from './guest-removal.ts'

/** Two guests; the answer to the first try of the first one's mail was lost, and it waits for its second. */
async function doubtful() {
  const { db } = await cloneDatabase()
  const { id: eventId } = await given.event(db)
  const { message, guests } = await sendingMessage(db, eventId, 2)
  const tried = { attempt: 1, wiredAt: new Date(), inDoubtSince: new Date(), dueAt: new Date(), reason: 'No answer.' }
  await db.updateTable('messageDeliveries').set(tried).where('seq', '=', 1).execute()
  const row = () => db.selectFrom('messageDeliveries').selectAll().where('seq', '=', 1).executeTakeFirstOrThrow()
  return { db, row, messageId: message.id, key: { eventId, guestId: guests[0]!.id } }
}

test('a guest who is removed while nobody knows whether the mail went is unknown, without address and words', async () => {
  const { db, row, messageId, key } = await doubtful()

  await removeGuest(db, key)

  const unknown = { state: 'unknown', address: null, variables: {}, dueAt: null, unknownAt: expect.any(Date) }
  expect(await row()).toMatchObject({ ...unknown, reason: expect.stringContaining('may have been sent') })
  expect(await expectSums(db, messageId)).toEqual({ unknown: 1, queued: 1 })
})

test('the provider’s word still settles a guest who was removed meanwhile', async () => {
  const { db, row, messageId, key } = await doubtful()
  await removeGuest(db, key)

  await applyEvidence(db, [{ messageId, seq: 1, generation: 1, address: 'guest-1@example.com' }], 0)

  expect((await row()).state).toBe('accepted')
  expect(await expectSums(db, messageId)).toEqual({ accepted: 1, queued: 1 })
})
