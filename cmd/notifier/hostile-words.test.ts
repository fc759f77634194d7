import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startRawSmtpPeer, type Moment } from '../../test/peers/raw-smtp-server.ts'
import { expectSums } from '../../test/sums.ts'

// A server passes on what a guest's own server has said, and PostgreSQL refuses a statement for one character of it.

/** A message to so many guests through a server that says these words once, and otherwise behaves. */
async function messageThrough(database: TestDatabase, saying: Saying, guests: number) {
  const peer = await startRawSmtpPeer()
  onTestFinished(() => peer.close())
  peer.plan({ ...saying, doing: 'say' })
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, guests)
  const message = await given.dueMessage(database.db, event.id)
  await startNotifier(database, smtpTransport(peer.url, 2))
  return message
}

type Saying = { at: Moment; bytes: string }

test.each([
  ['refuses a guest', 'recipient', '550 5.1.1 no such\0user\r\n', { accepted: 39, failed: 1 }],
  ['takes a mail', 'dot', '250 2.0.0 Ok: queued as 4F\0Z7Q\r\n', { accepted: 40 }],
] as const)('a server that %s with a character that no database takes stops nobody', async (_, at, bytes, sums) => {
  const database = await cloneDatabase()
  const { db } = database
  const message = await messageThrough(database, { at, bytes }, 40)

  await finished(database, message.id)

  expect(await expectSums(db, message.id)).toEqual(sums)
})

test('words that the database refuses for a reason of its own are left out, and what became of the mails is written', async () => {
  const database = await cloneDatabase()
  const { db } = database
  await sql`
    create function refuse_poison() returns trigger language plpgsql as $$
    begin
      if new.reply like '%poison%' then raise exception 'not these words' using errcode = '22021'; end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger refuse_poison before update on message_deliveries for each row execute function refuse_poison()`.execute(
    db,
  )
  const message = await messageThrough(database, { at: 'recipient', bytes: '550 5.7.1 poison\r\n' }, 10)

  await finished(database, message.id)

  expect(await expectSums(db, message.id)).toEqual({ accepted: 9, failed: 1 })
})

test('a greeting with such a character closes the account like any other', async () => {
  const database = await cloneDatabase()
  const { db } = database
  const message = await messageThrough(database, { at: 'connect', bytes: '554 5.7.1 not\0you\r\n' }, 1)

  const pauseReply = await eventually(async () => {
    const query = db.selectFrom('scheduledMessages').select('pauseReply').where('id', '=', message.id)
    return (await query.executeTakeFirstOrThrow()).pauseReply
  })

  expect(pauseReply).toContain('not\uFFFDyou')
})
