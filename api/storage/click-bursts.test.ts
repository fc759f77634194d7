import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { burstReason } from '../domain/click-bursts.ts'
import type { Feedback } from '../domain/feedback.ts'
import { applyFeedback } from './apply-feedback.ts'
import { storeFeedback } from './inbox.ts'

let db: TestDatabase['db']
let messageId: string
const sentAt = new Date(Date.now() - 3_600_000)

beforeEach(async () => {
  ;({ db } = await cloneDatabase())
  const event = await given.event(db)
  messageId = (await sendingMessage(db, event.id, 2)).message.id
  await db.updateTable('messageDeliveries').set({ state: 'accepted', wiredAt: sentAt, acceptedAt: sentAt }).execute()
})

/** A click so many milliseconds after ten minutes, on the mail of the first guest. */
function click(ms: number, link: string, changes: Partial<Feedback> = {}): Feedback {
  const key = { messageId, seq: 1, generation: 1 }
  const happenedAt = new Date(sentAt.getTime() + 600_000 + ms)
  return {
    ...key,
    provider: 'tidings',
    providerEventId: `${link}.${ms}`,
    kind: 'clicked',
    happenedAt,
    link,
    ...changes,
  }
}
const someTimeLater = () => sql`update provider_events set due_at = due_at - interval '1 minute'`.execute(db)
const apply = () => applyFeedback(db, { shard: 1 })
const facts = (seq = 1) =>
  db
    .selectFrom('messageDeliveries')
    .select(['clickedAt', 'clickedMachineAt', 'machineReason'])
    .where('seq', '=', seq)
    .executeTakeFirstOrThrow()

test('a click waits for its neighbours before anybody is said to have clicked', async () => {
  await storeFeedback(db, [click(0, '1')])

  expect((await apply()).taken).toBe(0)

  await someTimeLater()
  expect((await apply()).moved).toEqual({ clicked: 1 })
  expect(await facts()).toMatchObject({ clickedAt: click(0, '1').happenedAt, clickedMachineAt: null })
})

test('several links at once are one machine, the first like the last', async () => {
  await storeFeedback(db, [click(0, '1'), click(300, '2'), click(2200, '3')])
  await someTimeLater()

  await apply()

  expect(await facts()).toEqual({
    clickedAt: null,
    clickedMachineAt: click(0, '1').happenedAt,
    machineReason: burstReason,
  })
})

test('a burst that is taken in two goes is still one', async () => {
  await storeFeedback(db, [click(0, '1'), click(300, '2')])
  await someTimeLater()

  await applyFeedback(db, { shard: 1, max: 1 })
  await applyFeedback(db, { shard: 1, max: 1 })

  expect(await facts()).toMatchObject({ clickedAt: null, machineReason: burstReason })
})

test('a guest who comes after the scanner is a person', async () => {
  await storeFeedback(db, [click(0, '1'), click(300, '2'), click(60_000, '1')])
  await someTimeLater()

  await apply()

  expect(await facts()).toMatchObject({
    clickedAt: click(60_000, '1').happenedAt,
    clickedMachineAt: click(0, '1').happenedAt,
  })
})

test('two guests at once, or one who presses twice, are no burst', async () => {
  await storeFeedback(db, [click(0, '1'), click(100, '1'), click(200, '2', { seq: 2 })])
  await someTimeLater()

  await apply()

  expect(await facts(1)).toMatchObject({ clickedMachineAt: null })
  expect(await facts(2)).toMatchObject({ clickedAt: click(200, '2').happenedAt, clickedMachineAt: null })
})

test('one click that two tell of, each in its own words, is no burst', async () => {
  const theirs = { provider: 'resend', link: 'https://menu.example/' }
  await storeFeedback(db, [click(0, '1'), click(200, '-', theirs)])
  await someTimeLater()

  await apply()

  expect(await facts()).toMatchObject({ clickedAt: click(0, '1').happenedAt, clickedMachineAt: null })
})

test('who has clicked all day long keeps nobody from applying the next click', async () => {
  await storeFeedback(
    db,
    Array.from({ length: 3000 }, (_, n) => click(-3_000 * (n + 2), String(n % 2))),
  )
  await sql`update provider_events set applied_at = now(), outcome = 'noop'`.execute(db)
  await storeFeedback(db, [click(0, '1'), click(500, '2')])
  await someTimeLater()
  const seen: number[] = []
  const watched = db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      seen.push(result.rows.length)
      return result
    },
  })

  await applyFeedback(watched, { shard: 1 })

  expect(await facts()).toMatchObject({ clickedAt: null, machineReason: burstReason })
  expect(Math.max(...seen)).toBeLessThan(10)
})
