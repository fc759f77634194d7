import { sql } from 'kysely'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { removeGuest } from '../../api/storage/guest-removal.ts'
import { unsubscribe } from '../../api/storage/unsubscribing.ts'
import { announceDue } from '../../api/storage/messages.ts'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startSmtpPeer, type SmtpPeer } from '../../test/peers/smtp-server.ts'
import { expectSums } from '../../test/sums.ts'

let database: TestDatabase
let smtp: SmtpPeer
let eventId: string
let messageId: string

/** Ann's mail speaks for Bob and Cat as well. It is on the wire, and the server is about to ask for another try. */
beforeEach(async () => {
  database = await cloneDatabase()
  smtp = await startSmtpPeer()
  onTestFinished(() => smtp.close())
  smtp.plan({ at: 'dot', reply: '451 4.3.0 later', afterMs: 1000 })
  eventId = (await given.event(database.db)).id
  const lees = ['Ann', 'Bob', 'Cat'].map((name) => ({ name, email: 'lee@example.com', household: 'Lee' }))
  await given.guests(database.db, eventId, lees)
  messageId = (await given.dueMessage(database.db, eventId)).id
  await startNotifier(database, smtpTransport(smtp.url, 1), { pollIntervalMs: 200 })
  await eventually(async () => (await rows()).some(({ state }) => state === 'wired'))
})

const rows = () => database.db.selectFrom('messageDeliveries').selectAll().orderBy('seq').execute()
const nameOf = async (guestId: string | null) =>
  (await database.db.selectFrom('guests').select('name').where('id', '=', guestId).executeTakeFirst())?.name ?? 'gone'

/** The household in the order of the list: the first carries the mail. */
async function household() {
  const members = await rows()
  return Promise.all(members.map(async ({ guestId }) => ({ guestId: guestId!, name: (await nameOf(guestId))! })))
}

const remove = (guestId: string) => database.db.transaction().execute((tx) => removeGuest(tx, { eventId, guestId }))

/** The server has asked for another try, and it is time for it. */
async function secondTry() {
  await eventually(async () => (await rows()).every(({ state }) => state !== 'wired'))
  await sql`update message_deliveries set due_at = now() where state = 'queued'`.execute(database.db)
  await sql`update send_units set run_at = now()`.execute(database.db)
  // The notifier sleeps for as long as it was told before.
  await announceDue(database.db)
}

const namesIn = (raw: string) => ['Ann', 'Bob', 'Cat'].filter((name) => raw.includes(name))

test('the second try names only those who are still guests', async () => {
  const [carrier, second, third] = await household()

  await remove(second!.guestId)
  await secondTry()
  await finished(database, messageId)

  expect(smtp.mails.map(({ raw }) => namesIn(raw))).toEqual([[carrier!.name, third!.name].toSorted()])
  expect(await expectSums(database.db, messageId)).toEqual({ accepted: 1, skipped: 2 })
})

test('when the carrier unsubscribes as well, the mail goes to the one who is left', async () => {
  const [carrier, second, third] = await household()

  await remove(second!.guestId)
  await unsubscribe(database.db, { guestId: carrier!.guestId, eventId })
  await secondTry()
  await finished(database, messageId)

  expect(smtp.mails.map(({ raw }) => namesIn(raw))).toEqual([[third!.name]])
  expect(await expectSums(database.db, messageId)).toEqual({ accepted: 1, skipped: 2 })
})

test('when nobody is left, nobody is mailed, and nothing is kept of those who were removed', async () => {
  for (const { guestId } of (await household()).toReversed()) await remove(guestId)
  await secondTry()
  await finished(database, messageId)

  expect(smtp.mails).toEqual([])
  for (const row of await rows()) expect(row).toMatchObject({ state: 'skipped', address: null, variables: {} })
  expect(await expectSums(database.db, messageId)).toEqual({ skipped: 3 })
})
