import type { ResolveRequest } from '../../contract/message-requests.ts'
import { isOnItsWay } from '../../domain/message.ts'
import { planSecondTry } from '../../domain/plan-second-try.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import { announceDue, getMessage } from '../../storage/messages.ts'
import { leaveUnknown, resendUnknown, retryFailed, type Chosen, type SecondTries } from '../../storage/second-tries.ts'
import { countBounced } from '../../storage/suppressions.ts'
import type { Db } from '../../storage/database.ts'
import type { Deps } from '../deps.ts'
import { withLocked, type Editing, type Locked, type Written } from './write.ts'

/** Queues those who failed again. Asked for a second time it finds them on their way, and changes nothing. */
export function retryGuests(deps: Deps, editing: Editing, guests: Chosen): Promise<Written | Refused> {
  return withLocked(deps, editing, (tx, locked) =>
    tryAgain(deps, tx, { editing, locked, guests, wanted: 'failed', queue: retryFailed }),
  )
}

/** Settles by a host's word what nobody else can: those of whom it is not known whether they got it. */
export function resolveUnknown(deps: Deps, editing: Editing, asked: ResolveRequest): Promise<Written | Refused> {
  return withLocked(deps, editing, async (tx, locked) => {
    const { deliveries: guests, as } = asked
    if (as === 'resend') return tryAgain(deps, tx, { editing, locked, guests, wanted: 'unknown', queue: resendUnknown })
    await leaveUnknown(tx, locked.message.id, guests)
    return { kind: 'written', message: locked.message }
  })
}

type Wish = {
  editing: Editing
  locked: Locked
  guests: Chosen
  wanted: 'failed' | 'unknown'
  queue: (db: Db, tries: SecondTries) => Promise<number>
}

async function tryAgain(deps: Deps, tx: Db, wish: Wish): Promise<Written | Refused> {
  const { message, event } = wish.locked
  const plan = planSecondTry(message, event, deps.now())
  if (plan.kind === 'refused') return plan
  const { expiresAt } = plan
  // Where nothing real is configured there is nothing to change to.
  const provider = deps.provider.key === 'log' ? undefined : deps.provider.key
  const queued = await wish.queue(tx, { message, guests: wish.guests, expiresAt, provider })
  if (queued === 0 && !isOnItsWay(message)) {
    const bounced = wish.wanted === 'failed' ? await countBounced(tx, message, wish.guests) : 0
    return refused(refusals.nobodyToRetry, { wanted: wish.wanted, bounced })
  }
  if (queued > 0) await announceDue(tx)
  return { kind: 'written', message: (await getMessage(tx, wish.editing.key)) ?? message }
}
