import { sql, type RawBuilder } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { dueStatement } from './due.ts'
import { claimStatement } from './claim-units.ts'
import { recordAndMarkStatement } from './record-and-mark.ts'
import { takeTurns } from './turns.ts'

const plan = async (db: TestDatabase['db'], statement: RawBuilder<unknown>) => {
  const { rows } = await sql<Record<string, string>>`explain ${statement}`.execute(db)
  return rows.flatMap((row) => Object.values(row)).join('\n')
}

test('with a hundred thousand sent messages, polls read their small indexes and nothing else', async () => {
  const { db } = await cloneDatabase()
  const event = await given.event(db)
  await sql`
    insert into scheduled_messages (event_id, kind, audience, subject, body, status, send_at, fired_at, content, provider)
    select ${event.id}, 'broadcast', '{everyone}', 's', 'b', 'sent', now() - n * interval '1 minute', now(), '{}', 'smtp'
    from generate_series(1, 100000) n`.execute(db)
  await sql`
    insert into message_deliveries (message_id, seq, address, state, accepted_at)
    select id, 1, 'a@example.com', 'accepted', now() from scheduled_messages`.execute(db)
  const { id } = await given.dueMessage(db, event.id)
  await given.unit(db, id)
  await sql`analyze`.execute(db)

  const duePlan = await plan(db, dueStatement)
  const claimant = { notifierId: event.id, provider: 'smtp', leaseMs: 20_000 }
  const claimPlan = await plan(db, claimStatement(claimant, { units: 2 }))

  expect(duePlan).toContain('using scheduled_messages_due')
  expect(duePlan).not.toMatch(/Seq Scan on scheduled_messages/)
  expect(claimPlan).toContain('send_units')
  expect(claimPlan).not.toMatch(/message_deliveries|Seq Scan on scheduled_messages/)
})

test('with a long backlog, the next unit comes from the index of units in their order', async () => {
  const { db } = await cloneDatabase()
  const event = await given.event(db)
  const { id } = await given.dueMessage(db, event.id)
  await takeTurns(db, [{ hostId: event.hostId, priority: 3, expiresAt: null }])
  await sql`
    insert into send_units (message_id, id, kind, lo, hi, priority, host_id, turn)
    select ${id}, n, 'send', n * 500, n * 500 + 499, 3, ${event.hostId}, n * 500 from generate_series(1, 20000) n`.execute(
    db,
  )
  await sql`analyze`.execute(db)

  const claimPlan = await plan(
    db,
    claimStatement({ notifierId: event.id, provider: 'smtp', leaseMs: 20_000 }, { units: 32 }),
  )

  expect(claimPlan).toContain('Index Scan using send_units_next')
  expect(claimPlan).not.toMatch(/Seq Scan on send_units/)
})

test('beside a hundred thousand messages to one guest each, acceptances and marks find their rows by key, and mark them where they lie', async () => {
  const { db } = await cloneDatabase()
  const event = await given.event(db)
  const { message } = await sendingMessage(db, event.id, 20)
  await sql`
    insert into message_deliveries (message_id, seq, address, state, accepted_at)
    select gen_random_uuid(), n, 'a@example.com', 'accepted', now() from generate_series(1, 100000) n`.execute(db)
  await sql`analyze`.execute(db)
  const row = (seq: number) => ({ messageId: message.id, seq, unitId: 2, epoch: 0 })
  const outcome = { state: 'accepted', providerMessageId: 'p' } as const
  const outcomes = [1, 2].map((seq) => Object.assign(row(seq), { outcome }))
  const marking = { rows: [3, 4].map(row), provider: 'smtp', shard: 1 }

  const pagePlan = await plan(db, recordAndMarkStatement({ outcomes, closed: [], shard: 1 }, marking))

  expect(pagePlan).toContain('Tid Scan on message_deliveries')
  expect(pagePlan).toContain('Index Scan using message_deliveries_pkey')
  expect(pagePlan).not.toMatch(/Seq Scan on message_deliveries/)
})
