import type { MessageChange, NewMessage } from '../../contract/message.ts'
import { isOpen } from '../../domain/message.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import type { Db } from '../../storage/database.ts'
import { cancelMessage, editMessage, lockEvent, lockMessage } from '../../storage/message-edits.ts'
import { announceDue, createMessage, type MessageKey, type MessageRow } from '../../storage/messages.ts'
import { transact } from '../../storage/transact.ts'
import type { Deps } from '../deps.ts'
import { isStale } from '../etag.ts'
import { planWriting } from './plan.ts'

/** Each of these is one transaction: lock, decide, store. Refused, it has written nothing. */
export type Written = { kind: 'written'; message: MessageRow }

export type Editing = { key: MessageKey; userId: string; versions: readonly number[] | undefined }

/** The notifier polls every thirty seconds and then knows what is ahead; what is due before the next poll is called out to it. */
const announcedWithinMs = 60_000

export function writeMessage(
  deps: Deps,
  { eventId, userId, asked }: { eventId: string; userId: string; asked: NewMessage },
): Promise<Written | Refused> {
  return transact(deps.database.db, async (tx) => {
    const event = await lockEvent(tx, eventId)
    if (!event) return refused(refusals.notFound)
    const plan = await planWriting(deps, tx, { event, change: asked })
    if (plan.kind === 'refused') return plan
    const message = await createMessage(tx, {
      ...plan.edit,
      kind: asked.kind ?? 'broadcast',
      eventId,
      createdBy: userId,
    })
    return written(deps, tx, message)
  })
}

export function changeMessage(deps: Deps, editing: Editing, change: MessageChange): Promise<Written | Refused> {
  return withLocked(deps, editing, async (tx, { event, message }) => {
    const plan = await planWriting(deps, tx, { event, current: message, change })
    if (plan.kind === 'refused') return plan
    return written(deps, tx, await editMessage(tx, message, plan.edit, editing.userId))
  })
}

export function endMessage(deps: Deps, editing: Editing): Promise<Written | Refused> {
  return withLocked(deps, editing, async (tx, { message }) => {
    if (!isOpen(message.status)) return refused(refusals.messageNotOpen, { status: message.status })
    return written(deps, tx, await cancelMessage(tx, message))
  })
}

export type Locked = NonNullable<Awaited<ReturnType<typeof lockMessage>>>

export function withLocked(
  { database }: Deps,
  { key, versions }: Editing,
  act: (tx: Db, locked: Locked) => Promise<Written | Refused>,
): Promise<Written | Refused> {
  return transact(database.db, async (tx) => {
    const locked = await lockMessage(tx, key)
    if (!locked) return refused(refusals.notFound)
    if (isStale(locked.message, versions)) return refused(refusals.stale)
    return act(tx, locked)
  })
}

/** Ends a transaction that wrote a message: what goes out soon is called out to the notifiers. */
export async function written(deps: Deps, tx: Db, message: MessageRow | undefined): Promise<Written> {
  // The row is locked and was open a moment ago, in this transaction.
  if (!message) throw new Error('A locked message changed under its lock')
  const { status, sendAt } = message
  const isNear = status === 'scheduled' && sendAt && sendAt.getTime() <= deps.now().getTime() + announcedWithinMs
  if (isNear) await announceDue(tx)
  return { kind: 'written', message }
}
