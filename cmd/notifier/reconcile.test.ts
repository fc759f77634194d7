import { sql } from 'kysely'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import { expectSums } from '../../test/sums.ts'
import { applyFeedback } from '../../api/storage/apply-feedback.ts'
import { storeFeedback } from '../../api/storage/inbox.ts'
import type { Meter } from './meter.ts'
import { reconcile } from './reconcile.ts'

/** A finished message with rows that are opened and counters that know it; `round` is one round, whatever the pause between them. */
async function given(finishedMinutesAgo = 60) {
  const { db } = await cloneDatabase()
  const { message, eventId } = await finishedMessage(db, ['accepted', 'accepted', 'failed'])
  await sql`update scheduled_messages set finished_at = now() - ${finishedMinutesAgo} * interval '1 minute'`.execute(db)
  const said: { msg: string; level: number; messageId?: string; drift?: Record<string, number> }[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void said.push(JSON.parse(line)) })
  const figures: Record<string, number> = {}
  const meter = {
    add: (counter: string, by = 1) => void (figures[counter] = (figures[counter] ?? 0) + by),
  } as unknown as Meter
  const round = async () => {
    await sql`update recount_round set next_at = now()`.execute(db)
    await reconcile({ db, log, meter })
    return { ...figures }
  }
  return { db, message, eventId, said, figures, log, meter, round }
}

test('counters that are right are checked once, and again only when they have moved', async () => {
  const { db, message, said, round } = await given()

  expect(await round()).toEqual({ counters_checked: 1 })
  expect(await round()).toEqual({ counters_checked: 1 })
  const report = { provider: 'smtp', kind: 'opened', happenedAt: new Date(), generation: 1, seq: 1 } as const
  await storeFeedback(db, [{ ...report, providerEventId: 'one', messageId: message.id }])
  await applyFeedback(db, { shard: 1 })
  expect(await round()).toEqual({ counters_checked: 2 })

  expect(said).toEqual([])
  await expectSums(db, message.id)
})

test('a difference is told to the log and the figures, and mended', async () => {
  const { db, message, said, round } = await given()
  await sql`update message_deliveries set opened_at = now() where seq = 1`.execute(db)
  await sql`update message_counters set accepted = 5`.execute(db)

  expect(await round()).toEqual({ counters_checked: 1, counters_adrift: 1 })

  expect(said).toMatchObject([
    { msg: expect.stringContaining('differ'), level: 40, messageId: message.id, drift: { accepted: -3, opened: 1 } },
  ])
  expect(await expectSums(db, message.id)).toEqual({ accepted: 2, failed: 1 })
  expect(await round(), 'what was mended is not found again').toEqual({ counters_checked: 1, counters_adrift: 1 })
})

test('a message that cannot be mended stands in the way of no other', async () => {
  const { db, message, said, round } = await given()
  const { message: other } = await finishedMessage(db, ['accepted'])
  await sql`update message_counters set accepted = 9`.execute(db)
  await sql`alter table message_counters add constraint stuck check (message_id <> ${sql.lit(message.id)} or accepted = 9)`.execute(
    db,
  )

  await round()

  expect(said).toContainEqual(
    expect.objectContaining({ messageId: message.id, msg: expect.stringContaining('could not be checked') }),
  )
  expect(await expectSums(db, other.id)).toEqual({ accepted: 1 })
})

test.each([
  ['that ended a moment ago', sql`update scheduled_messages set finished_at = now() - interval '9 minutes'`],
  ['that is on its way', sql`update scheduled_messages set status = 'sending', finished_at = null`],
  ['that goes on for guests who are tried again', sql`update scheduled_messages set reopened = true`],
])('a message %s is left alone', async (_, is) => {
  const { db, round } = await given()
  await is.execute(db)
  await sql`update message_counters set accepted = 5`.execute(db)

  expect(await round()).toEqual({})
})

test('of many replicas one has the round, and the others leave it alone', async () => {
  const { db, figures, log, meter } = await given()

  await Promise.all([1, 2, 3, 4].map(() => reconcile({ db, log, meter })))
  await reconcile({ db, log, meter })

  expect(figures).toEqual({ counters_checked: 1 })
})

test('rows that changed while the counters stood still are found within a week', async () => {
  const { db, round } = await given()
  await round()
  await sql`update message_deliveries set clicked_at = now() where seq = 1`.execute(db)

  const soon = await round()
  await sql`update message_recounts set checked_at = now() - interval '8 days'`.execute(db)
  const later = await round()

  expect([soon, later]).toEqual([{ counters_checked: 1 }, { counters_checked: 2, counters_adrift: 1 }])
})

test('a long history is gone through in pieces, and then again', async () => {
  const { db, eventId, message, round } = await given()
  await sql`
    insert into scheduled_messages (id, event_id, kind, audience, subject, body, status, fired_at, finished_at, content)
    select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, ${eventId}, 'broadcast', '{everyone}', 'Old', 'Old', 'sent',
      now() - interval '60 days', now() - interval '60 days', '{}' from generate_series(1, 1200) n`.execute(db)

  const rounds = []
  for (let n = 0; n < 5; n++) rounds.push((await round()).counters_checked)

  // Each looks at the 250 newest, and at the next 250 of all: 1201 in five rounds.
  expect(rounds).toEqual([500, 750, 1000, 1201, 1201])
  const { rows } = await sql<{ after: string | null }>`select after from recount_round`.execute(db)
  expect(rows).toEqual([{ after: null }])
  await expectSums(db, message.id)
})
