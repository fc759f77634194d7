import { isOnItsWay } from '../../domain/message.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import { lookAgain } from '../../storage/account-blocks.ts'
import { announceDue, getMessage } from '../../storage/messages.ts'
import { pauseMessage, resumeMessage } from '../../storage/pause-message.ts'
import { discardQueued } from '../../storage/stop-messages.ts'
import type { Deps } from '../deps.ts'
import { withLocked, type Editing, type Written } from './write.ts'

/** What a host reads while it is held, until another reason is given. */
const stoppedByHost = 'Stopped by a host.'

/** Holds a message that is being sent, or with `discard` gives up whatever has not left. */
export function stopMessage(deps: Deps, editing: Editing, discard: boolean): Promise<Written | Refused> {
  return withLocked(deps, editing, async (tx, { message }) => {
    if (!isOnItsWay(message)) return refused(refusals.messageNotSending, { wanted: 'stop' })
    if (discard) await discardQueued(tx, [message.id], 'host')
    else await pauseMessage(tx, message.id, stoppedByHost)
    return { kind: 'written', message: (await getMessage(tx, editing.key)) ?? message }
  })
}

/** Lets a held message go on with those who have not got it. */
export function resumeSending(deps: Deps, editing: Editing): Promise<Written | Refused> {
  return withLocked(deps, editing, async (tx, { message }) => {
    const resumed = await resumeMessage(tx, message.id)
    if (!resumed) return refused(refusals.messageNotSending, { wanted: 'resume' })
    // Whoever goes on may have had the account mended; the notifiers look now, and pause it again if not.
    if (resumed.provider) await lookAgain(tx, resumed.provider)
    await announceDue(tx)
    return { kind: 'written', message: resumed }
  })
}
