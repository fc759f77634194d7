import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { at, host } from '../../../test/hosted-app.ts'
import { create, eventId, later, messages, now, shareMessageDesk, words } from '../../../test/message-desk.ts'
import * as given from '../../../test/given.ts'

shareMessageDesk()

describe('writing', () => {
  test('a draft needs neither words nor time', async () => {
    const message = await create({ subject: '', body: '' })

    expect(message).toMatchObject({ status: 'draft', kind: 'broadcast', label: 'Untitled message', sendAt: null })
    expect(message).toMatchObject({ audience: ['everyone'], channel: 'email', version: 1, undoUntil: null })
  })

  test('a scheduled message waits for its time', async () => {
    expect(await create({ mode: 'schedule', sendAt: later })).toMatchObject({ status: 'scheduled', sendAt: later })
  })

  test('a message tied to the event knows its instant', async () => {
    const rule = { daysBefore: 7, localTime: '09:00' }

    const message = await create({ mode: 'schedule', rule })

    // The event is on 1 June 2099 in Berlin.
    expect(message).toMatchObject({ status: 'scheduled', rule, sendAt: '2099-05-25T07:00:00.000Z' })
  })

  test('send now is due when the undo window ends, and says until when it can be undone', async () => {
    const message = await create({ mode: 'send_now' })

    const end = '2099-05-01T10:00:10.000Z'
    expect(message).toMatchObject({ status: 'scheduled', sendAt: end, undoUntil: end })
  })

  test('a large audience gets a longer undo window', async () => {
    const crowd = Array.from({ length: 101 }, (_, n) => ({ email: `crowd-${n}@example.org` }))
    await given.guests(at.db, eventId, crowd)

    expect(await create({ mode: 'send_now' })).toMatchObject({ undoUntil: '2099-05-01T10:01:00.000Z', recipients: 101 })
  })

  test.each([
    ['one key', 'maybe', ['maybe']],
    ['keys with a comma', 'attending,maybe', ['attending', 'maybe']],
    ['a list', ['attending', 'maybe'], ['attending', 'maybe']],
  ])('an audience is %s', async (_, audience, stored) => {
    expect((await create({ audience })).audience).toEqual(stored)
  })

  test('the same Idempotency-Key writes one message', async () => {
    at.setNow(new Date()) // keys are forgotten after a day
    const ask = { headers: { 'idempotency-key': `key-${eventId}` } }
    const body = { ...words, mode: 'send_now' }

    const first = await host.post(messages(), body, ask)
    const second = await host.post(messages(), body, ask)

    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body.id).toBe(first.body.id)
    expect((await host.get(messages())).body.items).toHaveLength(1)
  })

  test('what becomes due soon is called out to the notifiers, and what is far off is not', async () => {
    const heard: string[] = []
    const client = await at.database.pool.connect()
    client.on('notification', ({ channel }) => heard.push(channel))
    await client.query('listen tidings_due')

    await create({ mode: 'schedule', sendAt: later })
    await client.query('select 1')
    const before = heard.length
    await create({ mode: 'send_now' })
    await client.query('select 1')
    client.release(true)

    expect([before, heard]).toEqual([0, ['tidings_due']])
  })
})

describe('walking', () => {
  test('draft, patch, send now, cancel; after that a patch is a conflict', async () => {
    const { id } = await create()

    const patched = await host.patch(messages(`/${id}`), { subject: 'Parking, again' })
    const sent = await host.post(messages(`/${id}/send-now`))
    const cancelled = await host.delete(messages(`/${id}`))
    const late = await host.patch(messages(`/${id}`), { subject: 'Too late' })

    expect(patched.body).toMatchObject({ status: 'draft', subject: 'Parking, again', body: words.body, version: 2 })
    expect(sent.body).toMatchObject({ status: 'scheduled', subject: 'Parking, again' })
    expect(cancelled.status).toBe(204)
    expect(late.body).toMatchObject({ status: 409, type: 'urn:tidings:problem:message-not-open' })
    const { body } = await host.get(messages('?tab=cancelled'))
    expect(body.items).toMatchObject([{ id, status: 'cancelled', endReason: 'Cancelled by a host.' }])
  })

  test('a send-now is undone with the text and the former time intact', async () => {
    const { id } = await create({ mode: 'schedule', sendAt: later })
    await host.post(messages(`/${id}/send-now`))

    const undone = await host.patch(messages(`/${id}`), { mode: 'draft' })

    expect(undone.body).toMatchObject({
      ...words,
      audience: ['everyone'],
      status: 'draft',
      sendAt: later,
      undoUntil: null,
    })
  })

  test('a message that was only ever sent now has no time after undoing it', async () => {
    const { id } = await create({ mode: 'send_now' })

    const undone = await host.patch(messages(`/${id}`), { mode: 'draft' })

    expect(undone.body).toMatchObject({ status: 'draft', sendAt: null, subject: words.subject })
  })

  test('a second send-now, or new words, do not put the first one off', async () => {
    const { id, undoUntil } = await create({ mode: 'send_now' })
    at.setNow(new Date(now.getTime() + 4_000))

    const again = await host.post(messages(`/${id}/send-now`))
    const reworded = await host.patch(messages(`/${id}`), { body: 'In front of the hall.' })

    expect(again.body).toMatchObject({ sendAt: undoUntil, undoUntil })
    expect(reworded.body).toMatchObject({ sendAt: undoUntil, undoUntil, body: 'In front of the hall.' })
  })

  test('a new time ends the send-now', async () => {
    const { id } = await create({ mode: 'send_now' })

    const moved = await host.patch(messages(`/${id}`), { mode: 'schedule', sendAt: later })

    expect(moved.body).toMatchObject({ status: 'scheduled', sendAt: later, undoUntil: null })
  })

  test('a reminder that is sent now lets go of its rule, and undoing gives it back', async () => {
    const rule = { daysBefore: 1, localTime: '09:00' }
    const { id } = await create({ mode: 'schedule', rule })

    const sent = await host.post(messages(`/${id}/send-now`))
    const undone = await host.patch(messages(`/${id}`), { mode: 'draft' })

    expect(sent.body.rule).toBeNull()
    expect(undone.body).toMatchObject({ rule, sendAt: '2099-05-31T07:00:00.000Z' })
  })

  test.each(['sending', 'sent', 'failed', 'cancelled'] as const)(
    'a message that is %s is left alone',
    async (status) => {
      const { id } = await create()
      const cancelledAt = status === 'cancelled' ? now : null
      const over = { status, cancelledAt, firedAt: now, content: '{}' }
      await at.db.updateTable('scheduledMessages').set(over).where('id', '=', id).execute()

      const replies = [
        await host.patch(messages(`/${id}`), { subject: 'New' }),
        await host.post(messages(`/${id}/send-now`)),
        await host.delete(messages(`/${id}`)),
      ]

      expect(replies.map((reply) => reply.status)).toEqual([409, 409, 409])
      expect((await host.get(messages(`/${id}`))).body).toMatchObject({ status, subject: words.subject, version: 1 })
    },
  )

  test('of an edit and a claim that meet, one waits and the text is never half edited', async () => {
    const { id } = await create({ mode: 'schedule', sendAt: later })
    const claim = await at.db.startTransaction().execute()
    await sql`select from events where id = ${eventId} for no key update`.execute(claim)

    const edit = host.patch(messages(`/${id}`), { subject: 'Half edited' })
    await claim
      .updateTable('scheduledMessages')
      .set({ status: 'sending', firedAt: now, content: '{}' })
      .where('id', '=', id)
      .execute()
    await claim.commit().execute()

    expect((await edit).status).toBe(409)
    expect((await host.get(messages(`/${id}`))).body).toMatchObject({ status: 'sending', subject: words.subject })
  })

  test('an edit of an older version is refused, and so is a cancel', async () => {
    const { id } = await create()
    const tag = (await host.get(messages(`/${id}`))).headers.etag as string
    await host.patch(messages(`/${id}`), { subject: 'Meanwhile' }, { headers: { 'if-match': tag } })

    const patched = await host.patch(messages(`/${id}`), { subject: 'Stale' }, { headers: { 'if-match': tag } })
    const cancelled = await host.delete(messages(`/${id}`), { headers: { 'if-match': tag } })

    expect([patched.status, cancelled.status]).toEqual([412, 412])
    expect((await host.get(messages(`/${id}`))).body).toMatchObject({ status: 'draft', subject: 'Meanwhile' })
  })
})
