import { sql } from 'kysely'
import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startSmtpPeer } from '../../test/peers/smtp-server.ts'
import { expectSums } from '../../test/sums.ts'
import { createMeter } from './prometheus.ts'

test('a guest whose row cannot be settled holds up nobody else, and is looked at again every second', async () => {
  const database = await cloneDatabase()
  const { db } = database
  const smtp = await startSmtpPeer()
  onTestFinished(() => smtp.close())
  const event = await given.event(db)
  const guests = await given.manyGuests(db, event.id, 20)
  const { id } = await given.dueMessage(db, event.id)
  // The guest leaves between the expansion and the mark, and the database refuses to write that down.
  await sql`
    create function leave() returns trigger language plpgsql as $$
      begin update guests set unsubscribed_at = now() where id = ${sql.lit(guests[6]!.id)}; return null; end $$`.execute(
    db,
  )
  await sql`create trigger leaves after insert on message_deliveries execute function leave()`.execute(db)
  await sql`alter table message_deliveries add constraint broken check (state <> 'skipped')`.execute(db)
  const registry = new Registry()

  await startNotifier(database, smtpTransport(smtp.url, 2), { meter: createMeter(registry) })
  const failures = async () =>
    Number(/^tidings_settle_failures_total (\d+)$/m.exec(await registry.metrics())?.[1] ?? Number.NaN)
  await eventually(async () => smtp.count === 19 && (await failures()) >= 2)

  expect(await failures()).toBeLessThan(10)
  expect(await expectSums(db, id)).toEqual({ accepted: 19, queued: 1 })
  await sql`alter table message_deliveries drop constraint broken`.execute(db)
  await finished(database, id)
  expect(await expectSums(db, id)).toEqual({ accepted: 19, skipped: 1 })
  expect(smtp.doubled).toEqual([])
})
