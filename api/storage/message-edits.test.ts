import { expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { cancelMessage, editMessage, lockMessage, timeBeforeSendNow } from './message-edits.ts'
import { getMessage, type MessageRow } from './messages.ts'

const friday = new Date('2099-05-29T10:00:00Z')
const fired = { status: 'sending', firedAt: friday, content: '{}' } as const

async function givenMessage(values: Parameters<typeof given.message>[2] = {}) {
  const { db } = await cloneDatabase()
  const host = await given.host(db)
  const event = await given.event(db, { hostId: host.id })
  return { db, hostId: host.id, message: await given.message(db, event.id, values) }
}

test('an edit replaces the words, raises the version and keeps what it replaced', async () => {
  const { db, hostId, message } = await givenMessage({ status: 'scheduled', sendAt: friday })

  const edited = await editMessage(db, message, { subject: 'Doors open at seven' }, hostId)

  expect(edited).toMatchObject({ subject: 'Doors open at seven', body: message.body, sendAt: friday, version: 2 })
  expect(await db.selectFrom('messageRevisions').selectAll().execute()).toMatchObject([
    { messageId: message.id, version: 1, subject: 'Doors open at six', sendAt: friday, editedBy: hostId },
  ])
})

test('of two edits of the same version the second changes nothing', async () => {
  const { db, hostId, message } = await givenMessage()

  await editMessage(db, message, { subject: 'First' }, hostId)
  const second = await editMessage(db, message, { subject: 'Second' }, hostId)

  expect(second).toBeUndefined()
  expect(await reload(db, message)).toMatchObject({ subject: 'First', version: 2 })
  expect(await db.selectFrom('messageRevisions').selectAll().execute()).toHaveLength(1)
})

test('a cancelled message stays, and says who ended it', async () => {
  const { db, message } = await givenMessage({ status: 'scheduled', sendAt: friday })

  const cancelled = await cancelMessage(db, message)

  expect(cancelled).toMatchObject({ status: 'cancelled', endReason: 'host', cancelledAt: expect.any(Date) })
})

test.each(['sending', 'sent', 'failed', 'cancelled'] as const)('a message that is %s is left alone', async (status) => {
  const over = { ...fired, cancelledAt: status === 'cancelled' ? friday : null, status }
  const { db, hostId, message } = await givenMessage(over)

  const edited = await editMessage(db, message, { subject: 'Too late', status: 'scheduled', sendAt: friday }, hostId)
  const cancelled = await cancelMessage(db, message)

  expect([edited, cancelled]).toEqual([undefined, undefined])
  expect(await reload(db, message)).toEqual(message)
})

test('an edit waits for the claim it meets, and then finds the message on its way', async () => {
  const { db, message } = await givenMessage({ status: 'scheduled', sendAt: friday })

  const claim = await db.startTransaction().execute()
  await lockMessage(claim, keyOf(message))
  await claim.updateTable('scheduledMessages').set(fired).where('id', '=', message.id).execute()
  const edit = db.transaction().execute((tx) => lockMessage(tx, keyOf(message)))
  await claim.commit().execute()

  expect((await edit)?.message.status).toBe('sending')
})

test('a claim that holds only the message row is waited for as well', async () => {
  const { db, hostId, message } = await givenMessage({ status: 'scheduled', sendAt: friday })

  const claim = await db.startTransaction().execute()
  await claim.updateTable('scheduledMessages').set(fired).where('id', '=', message.id).execute()
  const edit = db.transaction().execute(async (tx) => {
    const locked = await lockMessage(tx, keyOf(message))
    return editMessage(tx, locked!.message, { subject: 'Half edited' }, hostId)
  })
  await claim.commit().execute()

  expect(await edit).toBeUndefined()
  expect((await reload(db, message))?.subject).toBe(message.subject)
})

test('undoing a send-now finds the time before it, also when the words were edited in between', async () => {
  const { db, hostId, message } = await givenMessage({ status: 'scheduled', sendAt: friday })
  const soon = new Date('2099-05-01T10:00:10Z')

  const sentNow = await editMessage(db, message, { sentNow: true, sendAt: soon, rule: null }, hostId)
  await editMessage(db, sentNow!, { subject: 'One more word' }, hostId)

  expect(await timeBeforeSendNow(db, message.id)).toEqual({ sendAt: friday, rule: null })
})

test('a message of another event is not locked', async () => {
  const { db, message } = await givenMessage()
  const other = await given.event(db)

  expect(await lockMessage(db, { eventId: other.id, messageId: message.id })).toBeUndefined()
})

const keyOf = (message: MessageRow) => ({ eventId: message.eventId, messageId: message.id })
const reload = (db: TestDatabase['db'], message: MessageRow) => getMessage(db, keyOf(message))
