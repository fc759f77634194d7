import type { GuestChange, NewGuest } from '../../contract/guest.ts'
import { readGuest } from '../../domain/read-guest.ts'
import { refusals } from '../../domain/refusals.ts'
import { guestsPerEventMax } from '../../domain/refusals/guest-limit-reached.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import { removeGuest } from '../../storage/guest-removal.ts'
import type { Db } from '../../storage/database.ts'
import {
  createGuest,
  hasGuests,
  isAddressTaken,
  lockGuest,
  updateGuest,
  type GuestKey,
  type GuestRow,
} from '../../storage/guests.ts'
import { transact } from '../../storage/transact.ts'
import type { Deps } from '../deps.ts'
import { isStale } from '../etag.ts'

export type Written = { kind: 'written'; guest: GuestRow }

type Editing = { key: GuestKey; versions: readonly number[] | undefined }

export async function addGuest(
  { database: { db } }: Deps,
  { eventId, asked }: { eventId: string; asked: NewGuest },
): Promise<Written | Refused> {
  const reading = readGuest(asked)
  if (reading.kind === 'refused') return reading
  if (await hasGuests(db, eventId, guestsPerEventMax)) return refused(refusals.guestLimitReached)
  const guest = await createGuest(db, eventId, reading.guest)
  return guest ? { kind: 'written', guest } : taken(reading.guest.email)
}

export async function changeGuest(deps: Deps, editing: Editing, change: GuestChange): Promise<Written | Refused> {
  try {
    return await transact(deps.database.db, (tx) => edit(tx, editing, change))
  } catch (error) {
    if (isAddressTaken(error)) return taken(change.email ?? null)
    throw error
  }
}

async function edit(tx: Db, { key, versions }: Editing, change: GuestChange): Promise<Written | Refused> {
  const guest = await lockGuest(tx, key)
  if (!guest) return refused(refusals.notFound)
  if (isStale(guest, versions)) return refused(refusals.stale)
  const reading = readGuest({ ...guest, ...change })
  if (reading.kind === 'refused') return reading
  return { kind: 'written', guest: await updateGuest(tx, guest, reading.guest) }
}

export function takeOffList({ database }: Deps, { key, versions }: Editing): Promise<{ kind: 'removed' } | Refused> {
  return transact(database.db, async (tx) => {
    const guest = await lockGuest(tx, key)
    if (!guest) return refused(refusals.notFound)
    if (isStale(guest, versions)) return refused(refusals.stale)
    await removeGuest(tx, key)
    return { kind: 'removed' }
  })
}

/** An edit of the household alone can also part two guests who share an address. */
function taken(address: string | null): Refused {
  return refused(refusals.guestAddressTaken, { address: address ?? 'This address' })
}
