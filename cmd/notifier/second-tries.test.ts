import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startSmtpPeer } from '../../test/peers/smtp-server.ts'
import { expectSums } from '../../test/sums.ts'
import { leaveUnknown, resendUnknown, retryFailed, type Chosen } from '../../api/storage/second-tries.ts'
import { countBounced } from '../../api/storage/suppressions.ts'
import { announceDue, type NewMessageRow } from '../../api/storage/messages.ts'

const noUser = '550 5.1.1 no such user'
const policy = '550 5.7.1 message refused by policy'

/** Guests of one event, an SMTP server, and what a host does with a message of theirs. */
async function place(guests: number, values: Partial<NewMessageRow> = {}) {
  const database = await cloneDatabase()
  const { db } = database
  const smtp = await startSmtpPeer()
  onTestFinished(() => smtp.close())
  const event = await given.event(db)
  const invited = await given.manyGuests(db, event.id, guests)
  const send = async () => {
    const message = await given.dueMessage(db, event.id, values as object)
    await announceDue(db)
    return message
  }
  const start = () => startNotifier(database, smtpTransport(smtp.url))
  const tries = async (messageId: string, choose: Chosen = 'all') => ({
    message: await db.selectFrom('scheduledMessages').selectAll().where('id', '=', messageId).executeTakeFirstOrThrow(),
    guests: choose,
    expiresAt: new Date(Date.now() + 3_600_000),
  })
  const retry = async (messageId: string) => {
    const tried = await db.transaction().execute(async (tx) => retryFailed(tx, await tries(messageId)))
    await announceDue(db)
    return tried
  }
  const closed = (messageId: string) =>
    eventually(async () => {
      const { reopened } = (await tries(messageId)).message
      return !reopened
    })
  const statusesOf = async (messageId: string) => {
    const rows = db.selectFrom('messageDeliveries').select(['state', 'reason']).where('messageId', '=', messageId)
    return (await rows.orderBy('seq').execute()).map(({ state, reason }) => (state === 'skipped' ? reason : state))
  }
  return { ...database, smtp, event, invited, send, start, tries, retry, closed, statusesOf }
}

test('an address at which nobody lives is not tried again by this host; one that a policy refused is', async () => {
  const { db, smtp, send, start, retry, closed, statusesOf, ...database } = await place(3)
  smtp.plan({ at: 'recipient', to: 'guest-1@example.com', reply: noUser })
  smtp.plan({ at: 'recipient', to: 'guest-2@example.com', reply: policy })
  const first = await send()
  await start()
  await finished({ db, ...database }, first.id)
  const suppressed = await db.selectFrom('suppressions').select(['address', 'hostId', 'reason']).execute()
  expect(suppressed).toEqual([{ address: 'guest-1@example.com', hostId: database.event.hostId, reason: 'hard_bounce' }])

  expect(await countBounced(db, first, 'all')).toBe(1)
  expect(await retry(first.id)).toBe(1)
  await closed(first.id)
  const second = await send()
  await finished({ db, ...database }, second.id)

  // It keeps what its server said, for whoever corrects it.
  expect(await statusesOf(first.id)).toEqual(['failed', 'accepted', 'accepted'])
  const bounced = db.selectFrom('messageDeliveries').select(['reply']).where('messageId', '=', first.id)
  expect(await bounced.where('seq', '=', 1).executeTakeFirst()).toEqual({ reply: expect.stringContaining('5.1.1') })
  expect(await statusesOf(second.id)).toEqual(['suppressed', 'accepted', 'accepted'])
  await expectSums(db, first.id)
  await expectSums(db, second.id)
})

test('another host still reaches an address that bounced for this one', async () => {
  const { db, smtp, send, start, ...database } = await place(1)
  const other = await given.event(db)
  await given.manyGuests(db, other.id, 1)
  smtp.plan({ at: 'recipient', to: 'guest-1@example.com', reply: noUser })
  const mine = await send()
  await start()
  await finished({ db, ...database }, mine.id)

  const theirs = await given.dueMessage(db, other.id)
  await announceDue(db)
  await finished({ db, ...database }, theirs.id)

  expect(await expectSums(db, theirs.id)).toEqual({ accepted: 1 })
})

test('a corrected address gets the mail, as a new generation, and the message is reached after all', async () => {
  const { db, smtp, send, start, tries, retry, closed, invited, ...database } = await place(1)
  smtp.plan({ at: 'recipient', to: 'guest-1@example.com', reply: noUser })
  const { id } = await send()
  await start()
  expect((await finished({ db, ...database }, id)).status).toBe('failed')

  await db
    .updateTable('guests')
    .set({ email: 'right@example.com', linkVersion: 2 })
    .where('id', '=', invited[0]!.id)
    .execute()
  await retry(id)
  await closed(id)

  expect((await tries(id)).message.status).toBe('sent')
  expect(smtp.mailsTo('right@example.com')[0]!.messageId).toContain('.1.2@')
  expect(await expectSums(db, id)).toEqual({ accepted: 1 })
})

test('a line that is lost after the dot leaves the guest unknown, who is sent it again or left as the host says', async () => {
  const { db, smtp, send, start, tries, closed, invited, ...database } = await place(2, { onAmbiguous: 'hold' })
  for (const to of ['guest-1@example.com', 'guest-2@example.com'])
    smtp.plan({ at: 'dot', to, reply: '250 lost', afterMs: 1000 })
  const { id } = await send()
  await start()
  await eventually(async () => {
    const wired = await db.selectFrom('messageDeliveries').select('seq').where('state', '=', 'wired').execute()
    return wired.length === 2
  })
  await new Promise((resolve) => setTimeout(resolve, 200)) // both dots are written by now
  smtp.dropConnections()
  expect((await finished({ db, ...database }, id)).status).toBe('sent')
  expect(await expectSums(db, id)).toEqual({ unknown: 2 })

  await leaveUnknown(db, id, [invited[0]!.id])
  const wish = await tries(id, [invited[1]!.id])
  await db.transaction().execute((tx) => resendUnknown(tx, wish))
  await announceDue(db)
  await closed(id)

  expect(await expectSums(db, id)).toEqual({ unknown: 1, accepted: 1 })
})

test('each person of a household has a link of their own in the one mail that they share', async () => {
  const { db, smtp, send, start, invited, statusesOf, ...database } = await place(3)
  await db.updateTable('guests').set({ household: 'Lee', email: 'lee@example.com' }).execute()
  const { id } = await send()
  await start()
  await finished({ db, ...database }, id)

  const [mail] = smtp.mailsTo('lee@example.com')
  const links = new Set(textOf(mail!.raw).match(/\/r\/[\w.-]+/g))
  expect(smtp.count).toBe(1)
  expect(links.size).toBe(invited.length)
  expect(await statusesOf(id)).toEqual(['accepted', 'shared_address', 'shared_address'])
  await expectSums(db, id)
})

/** Quoted-printable soft line ends cut links in two. */
function textOf(raw: string) {
  return raw.replaceAll(/=\r\n/g, '').replaceAll('=3D', '=')
}
