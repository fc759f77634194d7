import { readEmailAddress } from '../../domain/email-address.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import type { Role } from '../../domain/roles.ts'
import {
  countOtherOwners,
  findPersonByEmail,
  getCollaborator,
  keepHostAnOwner,
  removeCollaborator,
  setRole,
  type CollaboratorKey,
  type CollaboratorRow,
} from '../../storage/collaborators.ts'
import type { Db } from '../../storage/database.ts'
import { lockEvent } from '../../storage/message-edits.ts'
import { transact } from '../../storage/transact.ts'
import type { Deps } from '../deps.ts'

/** Each of these holds the event's lock, so that two owners who leave at once see each other. */
export type Joined = { kind: 'joined'; collaborator: CollaboratorRow }

export function invite(
  { database }: Deps,
  eventId: string,
  { email, role }: { email: string; role: Role },
): Promise<Joined | Refused> {
  return transact(database.db, async (tx) => {
    const address = readEmailAddress(email)
    if (!address.ok) return wrongEmail(address.problem)
    const person = await findPersonByEmail(tx, address.address)
    if (!person) return wrongEmail('Nobody has an account with this address. Ask them to sign up first.')
    await lockEvent(tx, eventId)
    const key = { eventId, userId: person.id }
    if (await getCollaborator(tx, key))
      return wrongEmail('This person is on the team already. Change the role instead.')
    return join(tx, key, role)
  })
}

export function changeRole({ database }: Deps, key: CollaboratorKey, role: Role): Promise<Joined | Refused> {
  return transact(database.db, async (tx) => {
    await lockEvent(tx, key.eventId)
    if (!(await getCollaborator(tx, key))) return refused(refusals.notFound)
    if (role !== 'owner' && (await countOtherOwners(tx, key)) === 0) return refused(refusals.lastOwner)
    return join(tx, key, role)
  })
}

export function leave({ database }: Deps, key: CollaboratorKey): Promise<{ kind: 'left' } | Refused> {
  return transact(database.db, async (tx) => {
    await lockEvent(tx, key.eventId)
    if (!(await getCollaborator(tx, key))) return refused(refusals.notFound)
    if ((await countOtherOwners(tx, key)) === 0) return refused(refusals.lastOwner)
    await removeCollaborator(tx, key)
    await keepHostAnOwner(tx, key.eventId)
    return { kind: 'left' }
  })
}

async function join(tx: Db, key: CollaboratorKey, role: Role): Promise<Joined> {
  await setRole(tx, { ...key, role })
  await keepHostAnOwner(tx, key.eventId)
  return { kind: 'joined', collaborator: (await getCollaborator(tx, key))! }
}

function wrongEmail(problem: string): Refused {
  return refused(refusals.fieldInvalid, { field: 'email', problem })
}
