import { expect, test } from 'vitest'
import { at, host as maren, shareAppWithHost } from '../../../test/hosted-app.ts'
import * as given from '../../../test/given.ts'
import { finishedMessage } from '../../../test/outcomes.ts'
import { expectSums } from '../../../test/sums.ts'
import { skippedInWords, skipReasons, type SkipReason } from '../../domain/delivery.ts'
import { fireMessages } from '../../storage/fire.ts'

shareAppWithHost()

const pathOf = ({ eventId, id }: { eventId: string; id: string }) => `/events/${eventId}/messages/${id}`

/** A message of which guest n was skipped for the n-th reason; one more guest got it. */
async function skipping(reasons: readonly SkipReason[]) {
  const { message, eventId } = await finishedMessage(at.db, ['accepted', ...reasons.map(() => 'skipped' as const)], {
    hostId: maren.userId,
  })
  for (const [n, reason] of reasons.entries()) {
    await at.db
      .updateTable('messageDeliveries')
      .set({ reason })
      .where('messageId', '=', message.id)
      .where('seq', '=', n + 2)
      .execute()
  }
  return pathOf({ eventId, id: message.id })
}

test('those whom a message skipped are told by reason, and add up to the number of them', async () => {
  const reasons = ['no_address', 'frequency_capped', 'frequency_capped', 'no_address', 'frequency_capped'] as const
  const path = await skipping(reasons)

  const { status, body } = await maren.get(`${path}/skips`)

  expect(status).toBe(200)
  expect(body.items).toEqual([
    { reason: 'frequency_capped', count: 3, words: 'already mailed as often as is allowed' },
    { reason: 'no_address', count: 2, words: 'without an address' },
  ])
  expect((await maren.get(path)).body.counts.skipped).toBe(5)
})

test('every reason has its words', async () => {
  const reasons = Object.keys(skipReasons) as SkipReason[]
  const path = await skipping(reasons)

  const { body } = await maren.get(`${path}/skips`)

  const told = body.items.map(({ reason, words }: { reason: string; words: string }) => [reason, words])
  expect(Object.fromEntries(told)).toEqual(skippedInWords)
})

test('a household is told as reached by the mail that it shares, when a message really goes out', async () => {
  const event = await given.event(at.db, { hostId: maren.userId })
  await given.manyGuests(at.db, event.id, 3, () => ({ email: 'home@example.com', household: 'Brandt' }))
  await given.manyGuests(at.db, event.id, 2, (n) => ({ email: n === 1 ? 'own@example.com' : null }))
  const { id } = await given.dueMessage(at.db, event.id)
  const firer = { provider: 'smtp', from: { address: 'hello@tidings.test' }, publicUrl: 'https://tidings.test' }

  await fireMessages(at.db, { ...firer, expansion: { unitSize: 500, shard: 1 } }, [id])

  const path = pathOf({ eventId: event.id, id })
  expect((await maren.get(`${path}/skips`)).body.items).toEqual([
    { reason: 'shared_address', count: 2, words: 'reached by the mail to an address they share' },
    { reason: 'no_address', count: 1, words: 'without an address' },
  ])
  expect((await maren.get(path)).body.counts).toMatchObject({ total: 5, queued: 2, skipped: 3 })
  await expectSums(at.db, id)
})

test('a message that skipped nobody has nothing to tell, and a strange one is not found', async () => {
  const event = await given.event(at.db, { hostId: maren.userId })
  const draft = await given.message(at.db, event.id)
  const other = await given.message(at.db, (await given.event(at.db)).id)

  expect((await maren.get(`${pathOf({ eventId: event.id, id: draft.id })}/skips`)).body).toEqual({ items: [] })
  expect((await maren.get(`${pathOf({ eventId: event.id, id: other.id })}/skips`)).status).toBe(404)
})
