import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import type { Feedback } from '../domain/feedback.ts'
import { applyFeedback } from './apply-feedback.ts'
import { listDeliveries } from './deliveries.ts'
import { storeFeedback } from './inbox.ts'
import { noteVisits } from './visits.ts'

async function desk() {
  const { db } = await cloneDatabase()
  const { message } = await finishedMessage(db, ['accepted', 'accepted'])
  const visit = (hour: number, more: Partial<Feedback> = {}): Feedback => ({
    ...{ messageId: message.id, seq: 1, generation: 1, provider: 'tidings', kind: 'opened' },
    ...{ providerEventId: `opened.${hour}.${more.machine ?? 'person'}`, happenedAt: new Date() },
    ...more,
  })
  const hitsOf = async () => {
    await sql`update provider_events set due_at = now() where applied_at is null`.execute(db)
    await applyFeedback(db, { shard: 1 })
    const rows = await listDeliveries(db, { messageId: message.id, limit: 10 })
    return rows.map(({ openHits, clickHits }) => [openHits, clickHits])
  }
  return { db, visit, hitsOf }
}

test('visits of one hour are one report with their number, and those of all hours and links are summed up for the guest', async () => {
  const { db, visit, hitsOf } = await desk()
  const click = (link: string) => visit(1, { kind: 'clicked', link, providerEventId: `clicked.${link}` })

  const first = await noteVisits(db, [{ report: visit(1), hits: 3 }])
  const again = await noteVisits(db, [
    { report: visit(1), hits: 4 },
    { report: visit(2), hits: 1 },
  ])
  await noteVisits(db, [{ report: click('1'), hits: 2 }])

  expect([first, again]).toEqual([1, 1])
  expect(await hitsOf()).toEqual([
    [8, 2],
    [null, null],
  ])
})

test('a machine’s visits are not the guest’s, and a provider that repeats itself tells of no second look', async () => {
  const { db, visit, hitsOf } = await desk()
  const told = visit(1, { provider: 'resend', providerEventId: 'msg_1' })
  await storeFeedback(db, [told])
  await storeFeedback(db, [told])

  await noteVisits(db, [{ report: visit(1, { machine: 'A scanner' }), hits: 9 }])
  const withoutOurs = await hitsOf()
  await noteVisits(db, [{ report: visit(1), hits: 2 }])

  expect(withoutOurs[0]).toEqual([null, null])
  expect((await hitsOf())[0]).toEqual([2, null])
})

test('once the inbox may have forgotten the first of them, no number is told rather than one that is too small', async () => {
  const { db, visit, hitsOf } = await desk()
  await noteVisits(db, [{ report: visit(1), hits: 5 }])
  await hitsOf()

  await sql`update message_deliveries set opened_at = opened_at - interval '31 days' where opened_at is not null`.execute(
    db,
  )

  expect((await hitsOf())[0]).toEqual([null, null])
})

test('two processes that note the same visit at once lose none', async () => {
  const { db, visit, hitsOf } = await desk()

  await Promise.all(Array.from({ length: 8 }, () => noteVisits(db, [{ report: visit(1), hits: 2 }])))

  expect((await hitsOf())[0]).toEqual([16, null])
})
