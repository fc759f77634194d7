import { beforeEach, describe, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import { expectSums } from '../../test/sums.ts'
import type { MessageKind } from '../domain/message.ts'
import { leaveUnknown, resendUnknown, retryFailed, type Chosen } from './second-tries.ts'

let db: TestDatabase['db']
const expiresAt = new Date('2099-06-01')

beforeEach(async () => void ({ db } = await cloneDatabase()))

const tries = (message: { id: string; kind: MessageKind }, guests: Chosen = 'all') => ({ message, guests, expiresAt })
const rowsOf = (id: string) =>
  db.selectFrom('messageDeliveries').selectAll().where('messageId', '=', id).orderBy('seq').execute()
const statesOf = async (id: string) => (await rowsOf(id)).map(({ state }) => state)

describe('an address that was mended', () => {
  test('the mail goes to it, with links of its own', async () => {
    const { message, guests } = await finishedMessage(db, ['failed'])
    await db
      .updateTable('guests')
      .set({ email: 'right@example.com', linkVersion: 2 })
      .where('id', '=', guests[0]!.id)
      .execute()

    await retryFailed(db, tries(message))

    const [row] = await rowsOf(message.id)
    expect(row).toMatchObject({ address: 'right@example.com', variables: { name: 'Guest 1', linkVersion: 2 } })
  })

  test('a guest who had none is mailed only when the host names them', async () => {
    const { message, guests } = await finishedMessage(db, ['accepted', 'skipped', 'skipped'])
    const noAddress = { reason: 'no_address', address: null }
    await db.updateTable('messageDeliveries').set(noAddress).where('state', '=', 'skipped').execute()
    await db.updateTable('guests').set({ email: null }).where('id', '=', guests[2]!.id).execute()
    expect(await retryFailed(db, tries(message))).toBe(0)

    expect(await retryFailed(db, tries(message, [guests[1]!.id, guests[2]!.id]))).toBe(1)

    expect(await statesOf(message.id)).toEqual(['accepted', 'queued', 'skipped'])
    await expectSums(db, message.id)
  })

  test('a household stays together at one address, and whoever has another now gets a mail of their own', async () => {
    const { message, guests } = await finishedMessage(db, ['failed', 'skipped', 'skipped'])
    const [carrier, partner, child] = guests.map(({ id }) => id) as [string, string, string]
    await db
      .updateTable('guests')
      .set({ household: 'Lee', email: 'lee@example.com' })
      .where('id', '<>', child)
      .execute()
    const members = JSON.stringify({
      members: [partner, child].map((guestId) => ({ guestId, name: 'Lee', linkVersion: 1 })),
    })
    await db.updateTable('messageDeliveries').set({ variables: members }).where('guestId', '=', carrier).execute()
    const shared = { reason: 'shared_address', carriedBy: carrier }
    await db.updateTable('messageDeliveries').set(shared).where('state', '=', 'skipped').execute()

    expect(await retryFailed(db, tries(message))).toBe(2)

    const rows = await rowsOf(message.id)
    expect(rows.map(({ state, address }) => [state, address])).toEqual([
      ['queued', 'lee@example.com'],
      ['skipped', 'lee@example.com'],
      ['queued', 'guest-3@example.com'],
    ])
    expect(rows[0]!.variables).toMatchObject({ members: [{ guestId: partner }] })
    expect(rows[2]!.variables).not.toHaveProperty('members')
    expect(rows[1]).toMatchObject({ carriedBy: carrier, reason: 'shared_address' })
    await expectSums(db, message.id)
  })
})

describe('those of whom nobody knows', () => {
  test('are sent again only when asked for, to whom it is asked for', async () => {
    const { message, guests } = await finishedMessage(db, ['unknown', 'unknown', 'failed'])

    expect(await resendUnknown(db, tries(message, [guests[1]!.id]))).toBe(1)

    expect(await statesOf(message.id)).toEqual(['unknown', 'queued', 'failed'])
    await expectSums(db, message.id)
  })

  test('left as they are, they stay unknown, and can still be sent again later', async () => {
    const { message } = await finishedMessage(db, ['unknown', 'unknown'])

    expect(await leaveUnknown(db, message.id, 'all')).toBe(2)
    expect(await leaveUnknown(db, message.id, 'all')).toBe(0)
    expect(await expectSums(db, message.id)).toEqual({ unknown: 2 })

    expect(await resendUnknown(db, tries(message))).toBe(2)
    expect((await rowsOf(message.id)).map(({ leftAt }) => leftAt)).toEqual([null, null])
    await expectSums(db, message.id)
  })
})
