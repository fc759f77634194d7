import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Feedback } from '../domain/feedback.ts'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import { expectSums } from '../../test/sums.ts'
import { applyFeedback } from './apply-feedback.ts'
import { forgetFeedback, inboxLag, nameOfReport, storeFeedback } from './inbox.ts'
import { sumsOf, type MessageSums } from './message-counts.ts'

let database: TestDatabase
let db: TestDatabase['db']
let messageId: string
let eventId: string

/** Three guests have the mail; each row of `finishedMessage` was taken under the name p-1, p-2, p-3. */
beforeEach(async () => {
  database = await cloneDatabase()
  ;({ db } = database)
  const finished = await finishedMessage(db, ['accepted', 'accepted', 'accepted'])
  messageId = finished.message.id
  eventId = finished.eventId
  await db
    .updateTable('messageDeliveries')
    .set({ wiredAt: new Date('2026-03-14T12:00:00Z') })
    .execute()
})

let reports = 0
const report = (seq: number, kind: Feedback['kind'], values: Partial<Feedback> = {}): Feedback => ({
  ...{ provider: 'resend', providerEventId: `e-${++reports}`, kind, happenedAt: new Date('2026-03-14T12:30:00Z') },
  ...{ messageId, seq, generation: 1, providerMessageId: `p-${seq}`, address: `guest-${seq}@example.com` },
  ...values,
})
const apply = async (...told: Feedback[]) => {
  await storeFeedback(db, told)
  return applyFeedback(db, { shard: 7 })
}
const row = (seq: number) =>
  db
    .selectFrom('messageDeliveries')
    .selectAll()
    .where('messageId', '=', messageId)
    .where('seq', '=', seq)
    .executeTakeFirstOrThrow()
const sums = async () => (await sql<MessageSums>`${sumsOf(sql`${messageId}::uuid`)}`.execute(db)).rows[0]!
const outcomes = async () =>
  (await db.selectFrom('providerEvents').select('outcome').orderBy('id').execute()).map((e) => e.outcome)

test('what is reported is a fact of its row, and counted once', async () => {
  const applied = await apply(report(1, 'delivered'), report(1, 'opened'), report(2, 'delivered'), report(3, 'clicked'))

  expect(applied).toMatchObject({ taken: 4, moved: { delivered: 2, opened: 1, clicked: 1 }, noop: 0 })
  expect(await sums()).toMatchObject({ accepted: 3, delivered: 2, opened: 1, clicked: 1, bounced: 0 })
  expect(await row(1)).toMatchObject({ deliveredAt: new Date('2026-03-14T12:30:00Z'), openedAt: expect.any(Date) })
  await expectSums(db, messageId)
})

test('the same report is stored once; another of what is known changes nothing', async () => {
  const first = report(1, 'delivered')
  expect(await storeFeedback(db, [first, first])).toEqual([nameOfReport(first)])
  expect(await storeFeedback(db, [first])).toEqual([])
  await applyFeedback(db, { shard: 7 })

  const again = await apply(report(1, 'delivered'))

  expect(again).toMatchObject({ taken: 1, moved: {}, noop: 1 })
  expect(await sums()).toMatchObject({ delivered: 1 })
})

test('a run that is repeated after its rows were written has nothing to do, and counts nothing', async () => {
  await apply(report(1, 'opened'), report(2, 'bounced'))
  await db
    .updateTable('providerEvents')
    .set({ appliedAt: null, outcome: null, dueAt: new Date(0) })
    .execute()

  expect(await applyFeedback(db, { shard: 7 })).toMatchObject({ taken: 2, moved: {}, noop: 2 })
  expect(await sums()).toMatchObject({ opened: 1, bounced: 1 })
})

test('an open before its delivery, and out of order, ends with the earliest of each', async () => {
  await apply(report(1, 'opened', { happenedAt: new Date('2026-03-14T12:50:00Z') }))
  await apply(report(1, 'delivered', { happenedAt: new Date('2026-03-14T12:10:00Z') }))
  await apply(report(1, 'opened', { happenedAt: new Date('2026-03-14T12:40:00Z') }))

  expect(await row(1)).toMatchObject({
    ...{ openedAt: new Date('2026-03-14T12:40:00Z'), deliveredAt: new Date('2026-03-14T12:10:00Z') },
  })
  expect(await sums()).toMatchObject({ opened: 1, delivered: 1 })
})

test('machines are counted apart from people, with their reason', async () => {
  await apply(report(1, 'opened', { machine: 'An image proxy' }), report(2, 'clicked', { machine: 'A scanner' }))

  expect(await sums()).toMatchObject({ opened: 0, openedMachine: 1, clicked: 0, clickedMachine: 1 })
  expect(await row(1)).toMatchObject({
    openedAt: null,
    openedMachineAt: expect.any(Date),
    machineReason: 'An image proxy',
  })
})

describe('a report that is about no mail of ours counts nothing', () => {
  test.each<[string, Partial<Feedback>]>([
    ['another address', { address: 'eve@example.com' }],
    ['another id', { providerMessageId: 'p-9' }],
    ['no such guest', { seq: 99 }],
    ['no such message', { messageId: '018f2b1e-0000-7000-8000-00000000dead' }],
    ['a generation to come', { generation: 2 }],
  ])('%s', async (_name, values) => {
    expect(await apply(report(1, 'opened', values))).toMatchObject({ unprocessable: 1, moved: {} })

    expect(await sums()).toMatchObject({ opened: 0 })
    expect(await outcomes()).toEqual(['unprocessable'])
  })

  test('a delay is not handled', async () => {
    expect(await apply(report(1, 'delayed'))).toMatchObject({ unhandled: 1 })
  })
})

describe('a row whose own answer is not in', () => {
  const setState = async (values: object) => {
    await db
      .updateTable('messageDeliveries')
      .set({ acceptedAt: null, providerMessageId: null, ...values })
      .where('seq', '=', 1)
      .execute()
    await db.updateTable('messageCounters').set({ accepted: 2, queued: 1 }).execute()
  }

  test('that has not left: the report waits, and counts when the mail was taken', async () => {
    await setState({ state: 'queued', wiredAt: null })
    expect(await apply(report(1, 'delivered'))).toMatchObject({ waiting: 1, moved: {} })
    expect(await applyFeedback(db, { shard: 7 })).toMatchObject({ taken: 0 })
    expect(await sums()).toMatchObject({ delivered: 0 })

    await db
      .updateTable('messageDeliveries')
      .set({ state: 'accepted', acceptedAt: new Date(), wiredAt: new Date() })
      .where('seq', '=', 1)
      .execute()
    await db.updateTable('messageCounters').set({ accepted: 3, queued: 0 }).execute()
    await db
      .updateTable('providerEvents')
      .set({ dueAt: new Date(0) })
      .execute()

    expect(await applyFeedback(db, { shard: 7 })).toMatchObject({ moved: { delivered: 1 }, waiting: 0 })
    expect(await sums()).toMatchObject({ delivered: 1, accepted: 3 })
  })

  test('that never leaves: after a day the report is about nothing', async () => {
    await setState({ state: 'queued', wiredAt: null })
    await storeFeedback(db, [report(1, 'delivered')])
    await db
      .updateTable('providerEvents')
      .set({ receivedAt: new Date(Date.now() - 25 * 3_600_000) })
      .execute()

    expect(await applyFeedback(db, { shard: 7 })).toMatchObject({ unprocessable: 1, waiting: 0 })
  })

  test('that is on the wire: its name proves that it was taken', async () => {
    await setState({ state: 'wired' })

    expect(await apply(report(1, 'delivered'))).toMatchObject({ moved: { delivered: 1 }, surprises: 0 })

    expect(await row(1)).toMatchObject({ state: 'accepted', providerMessageId: 'p-1', deliveredAt: expect.any(Date) })
    expect(await sums()).toMatchObject({ accepted: 3, queued: 0, delivered: 1 })
    await expectSums(db, messageId)
  })

  test('that is unknown: the provider’s Send event settles it, and says nothing more', async () => {
    await setState({ state: 'unknown', unknownAt: new Date() })
    await db.updateTable('messageCounters').set({ accepted: 2, queued: 0, unknown: 1 }).execute()

    expect(await apply(report(1, 'sent'))).toMatchObject({ moved: { sent: 1 } })

    expect(await sums()).toMatchObject({ accepted: 3, unknown: 0, delivered: 0 })
  })
})

describe('addresses that must not be tried again', () => {
  const suppressed = () => db.selectFrom('suppressions').select(['address', 'reason', 'detail', 'hostId']).execute()

  test('nobody lives there: for the host who wrote, with the words of its server', async () => {
    await apply(report(1, 'bounced', { bounceClass: 'permanent', detail: '550 5.1.1 unknown user' }))

    const { hostId } = await db
      .selectFrom('events')
      .select('hostId')
      .where('id', '=', eventId)
      .executeTakeFirstOrThrow()
    expect(await suppressed()).toEqual([
      { address: 'guest-1@example.com', reason: 'hard_bounce', detail: '550 5.1.1 unknown user', hostId },
    ])
    expect(await row(1)).toMatchObject({ bounceClass: 'permanent', bounceText: '550 5.1.1 unknown user' })
  })

  test('an address that was corrected before the next try is not given up for the one before it', async () => {
    const corrected = { address: 'right@example.com', generation: 2 }
    await db.updateTable('messageDeliveries').set(corrected).where('seq', 'in', [1, 2]).execute()

    await apply(
      report(1, 'bounced', { bounceClass: 'permanent' }),
      report(2, 'bounced', { bounceClass: 'permanent', address: undefined }),
      report(2, 'complained', { address: undefined }),
    )

    expect(await suppressed()).toEqual([])
    expect(await outcomes()).toEqual(['unprocessable', 'applied', 'applied'])
    await expectSums(db, messageId)
  })

  test('a full mailbox is no reason', async () => {
    await apply(report(1, 'bounced', { bounceClass: 'transient' }))

    expect(await suppressed()).toEqual([])
  })

  test('a complaint is one, and a mailbox that does not exist outranks it', async () => {
    await apply(report(1, 'complained'))
    expect(await suppressed()).toMatchObject([{ reason: 'complaint' }])

    await apply(report(1, 'bounced', { bounceClass: 'permanent' }))
    expect(await suppressed()).toMatchObject([{ reason: 'hard_bounce' }])
  })

  test('a complaint about another’s mail suppresses nobody', async () => {
    await apply(report(1, 'complained', { providerMessageId: 'p-3' }))

    expect(await suppressed()).toEqual([])
  })

  test('a guest who leaves by the provider’s link has left the event’s mails', async () => {
    await apply(report(2, 'unsubscribed'))

    const guests = await db
      .selectFrom('guests')
      .select(['email', 'unsubscribedAt'])
      .where('unsubscribedAt', 'is not', null)
      .execute()
    expect(guests).toMatchObject([{ email: 'guest-2@example.com' }])
    expect(await sums()).toMatchObject({ unsubscribed: 1 })
  })

  test('and so has whoever of that event shares the address, for the provider heard it of an address', async () => {
    const shared = { email: 'guest-2@example.com', household: 'Lee' }
    await db.updateTable('guests').set({ household: 'Lee' }).where('email', '=', shared.email).execute()
    await given.guests(db, eventId, [
      { name: 'Bob', ...shared },
      { name: 'Cat', ...shared },
    ])
    const other = await given.event(db)
    await given.guests(db, other.id, [{ name: 'Elsewhere', email: shared.email }])

    await apply(report(2, 'unsubscribed'))
    await apply(report(2, 'unsubscribed'))

    const left = await db.selectFrom('guests').selectAll().where('unsubscribedAt', 'is not', null).execute()
    expect(left.map(({ email }) => email)).toEqual(Array(3).fill(shared.email))
    expect(left.every((guest) => guest.eventId === eventId && guest.version === 2)).toBe(true)
    expect(await sums(), 'one has left the mail, and counts').toMatchObject({ unsubscribed: 1 })
  })

  test('what was said at an address before it was corrected is said by nobody who has the new one', async () => {
    await db
      .updateTable('messageDeliveries')
      .set({ address: 'guest-3@example.com', generation: 2 })
      .where('seq', '=', 2)
      .execute()

    await apply(report(2, 'unsubscribed', { address: undefined }))

    const left = await db.selectFrom('guests').select('email').where('unsubscribedAt', 'is not', null).execute()
    expect(left).toEqual([{ email: 'guest-2@example.com' }])
  })
})

test('two notifiers at once apply each report once', async () => {
  const many = [1, 2, 3].flatMap((seq) =>
    (['delivered', 'opened', 'clicked'] as const).map((kind) => report(seq, kind)),
  )
  await storeFeedback(db, many)

  const applied = await Promise.all([1, 2, 3].map((shard) => applyFeedback(db, { shard, max: 4 })))

  expect(applied.reduce((sum, { taken }) => sum + taken, 0)).toBe(9)
  expect(await sums()).toMatchObject({ delivered: 3, opened: 3, clicked: 3 })
})

test('a run of its own reports leaves the others where they are', async () => {
  const [mine, others] = [report(1, 'opened'), report(2, 'opened', { provider: 'ses' })]
  await storeFeedback(db, [mine, others])

  const only = { provider: 'resend', ids: [mine.providerEventId] }
  expect(await applyFeedback(db, { shard: 7, only })).toMatchObject({ taken: 1, moved: { opened: 1 } })

  expect(await inboxLag(db)).toMatchObject({ waiting: 1 })
})

test('everything or nothing: when the counters cannot be moved, no fact is there either', async () => {
  await sql`alter table message_counters add constraint no_more check (opened = 0)`.execute(db)

  await expect(apply(report(1, 'opened'))).rejects.toThrow('no_more')

  expect(await row(1)).toMatchObject({ openedAt: null })
  expect(await outcomes()).toEqual([null])
})

test('texts are cut, and hold what a database takes; a clock that is ahead tells our time', async () => {
  const happenedAt = new Date(Date.now() + 3_600_000)
  await apply(report(1, 'bounced', { detail: `\0<script>${'é'.repeat(5000)}`, happenedAt }))

  const { bounceText, bouncedAt } = await row(1)
  expect(bounceText).toHaveLength(2000)
  expect(bounceText).toMatch(/^\uFFFD<script>é/)
  expect(bouncedAt!.getTime()).toBeLessThanOrEqual(Date.now() + 5000)
})

test('reports that were applied a month ago are forgotten, and no others', async () => {
  await apply(report(1, 'opened'), report(2, 'opened'))
  await storeFeedback(db, [report(3, 'opened')])
  await sql`update provider_events set applied_at = now() - interval '31 days' where seq = 1`.execute(db)

  expect(await forgetFeedback(db)).toBe(1)

  expect(await db.selectFrom('providerEvents').select('seq').orderBy('id').execute()).toEqual([{ seq: 2 }, { seq: 3 }])
})
