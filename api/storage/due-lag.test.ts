import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { holdSending } from './hold.ts'
import { readSendingState } from './operator-status.ts'

let db: TestDatabase['db']
let eventId: string

beforeEach(async () => {
  ;({ db } = await cloneDatabase())
  eventId = (await given.event(db)).id
})

const lagS = async () => Math.round((await readSendingState(db)).dueLagMs / 1000)
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)

/** A message that is being sent, whose one unit could go on since five minutes ago. */
async function waitingUnit() {
  const { message } = await sendingMessage(db, eventId, 4)
  await db
    .updateTable('sendUnits')
    .set({ runAt: minutesAgo(5), leaseUntil: sql`'-infinity'` })
    .execute()
  return message
}

test('nothing is due, and nothing is late', async () => {
  await given.message(db, eventId)

  expect(await lagS()).toBe(0)
})

test('a due message that has not fired is late since its time', async () => {
  await given.dueMessage(db, eventId, { sendAt: minutesAgo(3) })

  expect(await lagS()).toBe(180)
})

test('a message of which nobody holds a part is late since it could go on', async () => {
  await waitingUnit()

  expect(await lagS()).toBe(300)
})

test('the other parts of a message that is being sent wait for their turn, and are not late', async () => {
  const { id } = await waitingUnit()
  await given.unit(db, id, { id: 9, lo: 100, hi: 200, leaseUntil: sql`now() + interval '20 s'` as never })

  expect(await lagS()).toBe(0)
})

test('a part whose notifier died is late since its claim ran out', async () => {
  await waitingUnit()
  await db
    .updateTable('sendUnits')
    .set({ runAt: minutesAgo(60), leaseUntil: minutesAgo(2) })
    .execute()

  expect(await lagS()).toBe(120)
})

test('what its host has paused is not late, nor is anything while sending is held', async () => {
  const { id } = await waitingUnit()
  await db
    .updateTable('scheduledMessages')
    .set({ pausedAt: new Date(), pauseReason: 'host' })
    .where('id', '=', id)
    .execute()
  expect(await lagS()).toBe(0)

  await db.updateTable('scheduledMessages').set({ pausedAt: null, pauseReason: null }).where('id', '=', id).execute()
  await holdSending(db, { reason: null, heldBy: 'root@box' })
  expect(await lagS()).toBe(0)
})
