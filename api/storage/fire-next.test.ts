import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { fireNextDue } from './fire.ts'
import { loadInFlight } from './in-flight.ts'

const firer = { provider: 'smtp', from: { address: 'hello@tidings.test' }, publicUrl: 'http://localhost:3000' }

let db: TestDatabase['db']
beforeEach(async () => void ({ db } = await cloneDatabase()))

test.each([
  ['an event that is still a draft', { status: 'draft' as const }, {}, 'nothingDue'],
  ['a message found seven hours late', {}, { sendAt: new Date(Date.now() - 7 * 3_600_000) }, 'missed'],
  ['a message found five hours late', {}, { sendAt: new Date(Date.now() - 5 * 3_600_000) }, 'fired'],
])('%s', async (_case, event, message, expected) => {
  const { id } = await given.event(db, event)
  await given.dueMessage(db, id, message)

  expect((await fireNextDue(db, firer)).kind).toBe(expected)
})

test('a message whose event is being edited at this moment is passed over, not waited for', async () => {
  const event = await given.event(db)
  const { id } = await given.dueMessage(db, event.id)

  const fired = await db.transaction().execute(async (tx) => {
    await tx.selectFrom('events').select('id').where('id', '=', event.id).forUpdate().execute()
    return fireNextDue(db, firer)
  })

  expect(fired).toEqual({ kind: 'busy', messageId: id })
})

test('what is due longest fires first, and what is not due yet does not', async () => {
  const { id } = await given.event(db)
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)
  const second = await given.dueMessage(db, id, { sendAt: minutesAgo(5) })
  const first = await given.dueMessage(db, id, { sendAt: minutesAgo(9) })
  await given.dueMessage(db, id, { sendAt: minutesAgo(-5) })

  const fired = [await fireNextDue(db, firer), await fireNextDue(db, firer), await fireNextDue(db, firer)]

  expect(fired).toMatchObject([{ messageId: first.id }, { messageId: second.id }, { kind: 'nothingDue' }])
})

test('a fired message keeps its words whatever becomes of the event', async () => {
  const event = await given.event(db)
  await given.manyGuests(db, event.id, 1)
  const { id } = await given.dueMessage(db, event.id)
  await fireNextDue(db, firer)
  await db.updateTable('events').set({ name: 'Another name', venue: null }).execute()

  expect((await loadInFlight(db, id))!.content.event).toMatchObject({ name: 'Summer dinner', venue: 'The Old Mill' })
})
