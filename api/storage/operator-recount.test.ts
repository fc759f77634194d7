import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import { expectSums } from '../../test/sums.ts'
import { countColumns } from './message-counts.ts'
import { isAdrift, measureDrift, recountMessage } from './operator-recount.ts'

const agrees = Object.fromEntries(
  countColumns.map((column) => [column.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase()), 0]),
)

/** Five mails of which one has every fact, with counters that know it. */
async function givenFacts() {
  const { db } = await cloneDatabase()
  const { message } = await finishedMessage(db, ['accepted', 'accepted', 'accepted', 'failed', 'skipped'])
  await sql`
    update message_deliveries set delivered_at = now(), opened_at = now(), opened_machine_at = now(), clicked_at = now(),
      clicked_machine_at = now(), bounced_at = now(), bounce_class = 'transient', complained_at = now(), unsubscribed_at = now()
    where message_id = ${message.id} and seq = 1`.execute(db)
  await sql`
    update message_counters set delivered = 1, opened = 1, opened_machine = 1, clicked = 1, clicked_machine = 1, bounced = 1,
      complained = 1, unsubscribed = 1`.execute(db)
  return { db, messageId: message.id }
}

test('counters that are right are left as they are', async () => {
  const { db, messageId } = await givenFacts()

  const recount = await recountMessage(db, messageId)

  expect(recount).toEqual({ drift: agrees, total: { was: 5, is: 5 } })
  expect(isAdrift(recount)).toBe(false)
  expect(await db.selectFrom('messageCounters').selectAll().execute()).toHaveLength(1)
})

test.each(countColumns)('a wrong counter of %s is measured, and then mended', async (column) => {
  const { db, messageId } = await givenFacts()
  await sql`update message_counters set ${sql.ref(column)} = ${sql.ref(column)} + 3`.execute(db)

  const measured = await measureDrift(db, messageId)
  expect(isAdrift(await measureDrift(db, messageId)), 'measuring mends nothing').toBe(true)
  const mended = await recountMessage(db, messageId)

  expect(Object.entries(measured.drift).filter(([, difference]) => difference !== 0)).toEqual([
    [expect.stringMatching(new RegExp(column.replace('_', ''), 'i')), -3],
  ])
  expect(mended).toEqual(measured)
  expect(await expectSums(db, messageId)).toMatchObject({ accepted: 3 })
})

test('two that mend at once add the difference once', async () => {
  const { db, messageId } = await givenFacts()
  await sql`update message_counters set opened = 0, accepted = 0`.execute(db)

  await Promise.all([recountMessage(db, messageId), recountMessage(db, messageId), recountMessage(db, messageId)])

  expect(await expectSums(db, messageId)).toMatchObject({ accepted: 3 })
})
