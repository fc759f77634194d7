import { addGuest, changeGuest, takeOffList } from '../../../api/http/guests/write.ts'
import { unsubscribe } from '../../../api/storage/unsubscribing.ts'
import type { GuestRow } from '../oracle/mirror.ts'
import { isAtLeast, type Act } from './act.ts'
import type { Desk } from './desk.ts'

const leave: Act = {
  name: 'unsubscribe',
  weight: 5,
  async run(desk) {
    const guest = someGuest(desk)
    if (!guest) return undefined
    await unsubscribe(desk.deps.database.db, { guestId: guest.id, eventId: desk.host.eventId })
    return (mirror) => (mirror.guests.get(guest.id) ?? gone).unsubscribedAt !== null
  },
}

const removeGuest: Act = {
  name: 'take a guest off the list',
  weight: 3,
  async run(desk) {
    const guest = someGuest(desk)
    if (!guest) return undefined
    const key = { eventId: desk.host.eventId, guestId: guest.id }
    const { kind } = await takeOffList(desk.deps, { key, versions: undefined })
    return kind === 'removed' ? (mirror) => !mirror.guests.has(guest.id) : undefined
  },
}

const correctAddress: Act = {
  name: "correct a guest's address",
  weight: 2,
  async run(desk) {
    const guest = someGuest(desk)
    if (!guest) return undefined
    const key = { eventId: desk.host.eventId, guestId: guest.id }
    const email = `corrected-${desk.random.whole(1, 1e6)}@example.com`
    const outcome = await changeGuest(desk.deps, { key, versions: undefined }, { email })
    if (outcome.kind === 'refused') return undefined
    return (mirror) => isAtLeast(mirror.guests.get(guest.id) ?? outcome.guest, outcome.guest)
  },
}

const inviteLate: Act = {
  name: 'invite one more guest',
  weight: 2,
  async run({ deps, host, random }) {
    const asked = { name: 'Late', email: `late-${random.whole(1, 1e6)}@example.com` }
    const outcome = await addGuest(deps, { eventId: host.eventId, asked })
    return outcome.kind === 'written' ? () => true : undefined
  },
}

const complain: Act = {
  name: 'put an address on the list of those who get nothing',
  weight: 4,
  async run(desk) {
    const guest = someGuest(desk)
    if (!guest?.email) return undefined
    const entry = { address: guest.email, hostId: desk.host.id, reason: 'complaint' as const }
    const insert = desk.deps.database.db.insertInto('suppressions').values(entry)
    await insert.onConflict((conflict) => conflict.columns(['address', 'hostId']).doNothing()).execute()
    return (mirror) =>
      [...mirror.suppressions.values()].some((s) => s.address === entry.address && s.hostId === entry.hostId)
  },
}

export const guestActs: readonly Act[] = [leave, removeGuest, correctAddress, inviteLate, complain]

/** A guest whom another act took off the list meanwhile gets nothing either. */
const gone = { unsubscribedAt: 'gone' }

function someGuest({ mirror, host, random }: Desk): GuestRow | undefined {
  const guests = [...mirror.guests.values()].filter(({ eventId }) => eventId === host.eventId)
  return guests.length > 0 ? random.pick(guests) : undefined
}
