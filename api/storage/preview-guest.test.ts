import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { expandSlice } from './expand.ts'
import { fireNextDue } from './fire.ts'
import { previewGuest } from './preview-guest.ts'
import { claimUnits } from './claim-units.ts'

async function givenHousehold() {
  const { db } = await cloneDatabase()
  const event = await given.event(db)
  const [leo, mia, zoe] = await given.guests(db, event.id, [
    { name: 'Leo', email: 'home@example.org', household: 'Falk' },
    { name: 'Mia', email: 'home@example.org', household: 'Falk', rsvpStatus: 'attending' },
    { name: 'Zoe', email: 'zoe@example.org', rsvpStatus: 'declined' },
  ])
  const everyone = {
    eventId: event.id,
    hostId: event.hostId,
    statuses: ['pending', 'attending', 'declined', 'maybe'] as const,
    transactional: false,
  }
  return { db, everyone, leo: leo!, mia: mia!, zoe: zoe! }
}

test('the first mail of a household carries the links of all its members', async () => {
  const { db, everyone, leo, mia } = await givenHousehold()

  expect(await previewGuest(db, everyone)).toEqual({
    guestId: leo.id,
    variables: { name: 'Leo', linkVersion: 1, members: [{ guestId: mia.id, name: 'Mia', linkVersion: 1 }] },
  })
})

test('only members of the audience are carried along', async () => {
  const { db, everyone, mia } = await givenHousehold()

  expect(await previewGuest(db, { ...everyone, statuses: ['attending'] })).toEqual({
    guestId: mia.id,
    variables: { name: 'Mia', linkVersion: 1, answered: true },
  })
})

test('a guest can be named, in the audience or not, but not one of another event', async () => {
  const { db, everyone, zoe } = await givenHousehold()
  const other = await given.event(db)

  expect(await previewGuest(db, { ...everyone, statuses: ['maybe'] }, zoe.id)).toMatchObject({ guestId: zoe.id })
  expect(await previewGuest(db, { ...everyone, eventId: other.id }, zoe.id)).toBeUndefined()
})

test('an audience of nobody has no first guest', async () => {
  const { db, everyone } = await givenHousehold()

  expect(await previewGuest(db, { ...everyone, statuses: ['maybe'] })).toBeUndefined()
})

test('what a preview is written from equals what is copied for each guest when the message fires', async () => {
  const { db, everyone } = await givenHousehold()
  await given.guests(db, everyone.eventId, [
    { name: 'Ana', email: 'ana@example.com', rsvpStatus: 'attending', partySize: 3 },
    { name: null, email: 'nameless@example.com' },
  ])
  const { id } = await given.dueMessage(db, everyone.eventId)
  await fireNextDue(db, { provider: 'smtp', from: { address: 'hello@tidings.test' }, publicUrl: 'http://localhost' })
  const [unit] = await claimUnits(db, { notifierId: everyone.eventId, provider: 'smtp', leaseMs: 20_000 }, { units: 1 })
  await expandSlice(db, unit!, { audience: everyone, unitSize: 10, shard: 1 })

  const copied = await db
    .selectFrom('messageDeliveries')
    .select(['guestId', 'variables'])
    .where('messageId', '=', id)
    .where('state', '=', 'queued')
    .execute()

  expect(copied.length).toBeGreaterThan(3)
  for (const { guestId, variables } of copied) {
    expect(await previewGuest(db, everyone, guestId!)).toEqual({ guestId, variables })
  }
})
