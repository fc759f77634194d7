import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { deliveryStates, deliveryStatus, deliveryStatuses } from '../domain/delivery.ts'
import { listDeliveries } from './deliveries.ts'
import { recordOutcomes } from './record.ts'

const facts = ['delivered_at', 'opened_at', 'clicked_at', 'bounced_at', 'complained_at']

test('the status filter agrees with what people see, in every combination of state, tries and facts', async () => {
  const { db } = await cloneDatabase()
  const messageId = randomUUID()
  const fact = facts.map((_, bit) => sql`case when bits & ${sql.lit(1 << bit)} > 0 then now() end`)
  await sql`
    insert into message_deliveries (message_id, seq, state, attempt, address, reason, accepted_at, ${sql.join(facts.map((name) => sql.ref(name)))})
    select ${messageId}, row_number() over (), state, attempt, 'a@example.org', 'why', now(), ${sql.join(fact)}
    from unnest(enum_range(null::delivery_state)) state, generate_series(0, 2) attempt, generate_series(0, 31) bits`.execute(
    db,
  )

  const all = await listDeliveries(db, { messageId, limit: 10_000 })
  const filtered = await Promise.all(
    deliveryStatuses.map((status) => listDeliveries(db, { messageId, status, limit: 10_000 })),
  )

  expect(all).toHaveLength(deliveryStates.length * 3 * 32)
  expect(filtered).toEqual(deliveryStatuses.map((status) => all.filter((row) => deliveryStatus(row) === status)))
  expect(filtered.every((rows) => rows.length > 0)).toBe(true)
})

test('pages follow the order of sending, and name each guest as the mail did', async () => {
  const { db } = await cloneDatabase()
  const event = await given.event(db)
  const [guest] = await given.guests(db, event.id, [{ name: 'Noor', email: 'noor@example.org' }])
  const messageId = randomUUID()
  const row = { messageId, address: 'noor@example.org' }
  await db
    .insertInto('messageDeliveries')
    .values([
      { ...row, seq: 1, guestId: guest!.id, variables: '{}' },
      { ...row, seq: 2, variables: '{"name":"Amina"}' },
      { ...row, seq: 3, variables: '{}' },
    ])
    .execute()

  const first = await listDeliveries(db, { messageId, limit: 2 })
  const rest = await listDeliveries(db, { messageId, limit: 2, after: first.at(-1)!.seq })

  expect([...first, ...rest].map(({ seq, guestName }) => [seq, guestName])).toEqual([
    [1, 'Noor'],
    [2, 'Amina'],
    [3, null],
  ])
})

test('a mail that its server gave no name is known by its Message-ID', async () => {
  const { db } = await cloneDatabase()
  const event = await given.event(db)
  const { message } = await sendingMessage(db, event.id, 2)
  const content = JSON.stringify({ from: { address: 'hello@tidings.test' } })
  await db.updateTable('scheduledMessages').set({ content }).where('id', '=', message.id).execute()
  const accepted = (seq: number, providerMessageId: string) => ({
    ...{
      messageId: message.id,
      seq,
      unitId: 2,
      epoch: 0,
      outcome: { state: 'accepted', providerMessageId, reply: '250 taken' } as const,
    },
  })
  const outcomes = [accepted(1, `<${message.id}.1.1@tidings.test>`), accepted(2, '4FZ7Q')]
  await recordOutcomes(db, { outcomes, closed: [], shard: 1 })

  const rows = await listDeliveries(db, { messageId: message.id, limit: 10 })

  expect(rows.map(({ providerMessageId }) => providerMessageId)).toEqual([`<${message.id}.1.1@tidings.test>`, '4FZ7Q'])
  const stored = await db.selectFrom('messageDeliveries').select('providerMessageId').orderBy('seq').execute()
  expect(stored.map(({ providerMessageId }) => providerMessageId)).toEqual([null, '4FZ7Q'])
})
