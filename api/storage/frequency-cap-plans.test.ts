import { sql, type RawBuilder } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { guestsOfAudience } from './audience.ts'
import { recordAndMarkStatement } from './record-and-mark.ts'

let database: TestDatabase
let hostId: string

/** A host who has sent 100,000 mails: 200 events with the same 50 guests, and ten messages to each of them. */
beforeAll(async () => {
  database = await createTestDatabase()
  ;({ hostId } = await given.event(database.db))
  await sql`
    with past as (
      insert into events (host_id, name, local_start, timezone, starts_at)
      select ${hostId}, 'Old event ' || n, '2020-01-01 18:00', 'UTC', '2020-01-01T18:00Z' from generate_series(1, 200) n
      returning id
    ), came as (
      insert into guests (event_id, name, email)
      select past.id, 'Guest', 'guest-' || n || '@example.com' from past, generate_series(1, 50) n returning id, event_id, email
    ), messages as (
      insert into scheduled_messages (event_id, kind, audience, subject, body, status, send_at, fired_at, content)
      select past.id, 'broadcast', '{everyone}', 'Old', 'Old', 'sent', now(), now(), '{}' from past, generate_series(1, 10)
      returning id, event_id
    )
    insert into message_deliveries (message_id, seq, guest_id, address, state, wired_at, accepted_at)
    select m.id, row_number() over (partition by m.id), c.id, c.email, 'accepted', now() - interval '2 days', now() - interval '2 days'
    from messages m join came c on c.event_id = m.event_id`.execute(database.db)
})
afterAll(() => database.drop())

const limit = { mails: 3, hours: 24 }

async function explain(statement: RawBuilder<unknown>) {
  await sql`analyze`.execute(database.db)
  const { rows } = await sql<Record<string, string>>`explain ${statement}`.execute(database.db)
  return rows.flatMap((row) => Object.values(row)).join('\n')
}

/** Guests by their address, their own deliveries, and the message of each: nothing that grows with what the host has sent. */
const ownMails = ['guests_by_email', 'message_deliveries_one_per_guest', 'scheduled_messages_pkey']
const readsWholeTable = /Seq Scan on (guests|message_deliveries|scheduled_messages)/
const indexesOf = (plan: string) => ownMails.filter((index) => plan.includes(` ${index} `))

test('beside 100,000 sent mails, an audience with a cap reads what each of its guests got', async () => {
  const event = await given.event(database.db, { hostId })
  await given.manyGuests(database.db, event.id, 50)
  const audience = { eventId: event.id, hostId, statuses: ['pending'] as const, transactional: false }

  const plan = await explain(guestsOfAudience({ ...audience, cap: { limit } }))

  expect(indexesOf(plan)).toEqual(ownMails)
  expect(plan).not.toMatch(readsWholeTable)
})

test('beside 100,000 sent mails, a mark with a cap reads what each of its guests got', async () => {
  const event = await given.event(database.db, { hostId })
  const { message } = await sendingMessage(database.db, event.id, 20)
  const row = (seq: number) => ({ messageId: message.id, seq, unitId: 2, epoch: 0 })
  const outcomes = [1, 2].map((seq) =>
    Object.assign(row(seq), { outcome: { state: 'accepted', providerMessageId: 'p' } as const }),
  )
  const marking = { rows: [3, 4].map(row), provider: 'smtp', shard: 1 }
  const cap = { broadcast: limit, reminder: limit, resend: null }
  const statement = (capped: boolean) =>
    recordAndMarkStatement({ outcomes, closed: [], shard: 1 }, { ...marking, ...(capped && { cap }) })

  const plan = await explain(statement(true))

  expect(indexesOf(plan)).toEqual(ownMails)
  expect(plan).not.toMatch(readsWholeTable)
  expect(await explain(statement(false))).not.toContain('guests_by_email')
})

test('a mark without a cap is another statement, with another plan', () => {
  const { db } = database
  const text = (cap: typeof limit | undefined) =>
    recordAndMarkStatement(
      { outcomes: [], closed: [], shard: 1 },
      { rows: [], provider: 'smtp', shard: 1, ...(cap && { cap: { broadcast: cap, reminder: cap, resend: cap } }) },
    ).compile(db).sql

  expect(text(undefined)).toMatch(/^\s*-- prepared: record_and_mark\n/)
  expect(text(undefined)).not.toMatch(/cap_|frequency/)
  expect(text(limit)).toMatch(/^\s*-- prepared: record_and_mark_capped\n/)
})
