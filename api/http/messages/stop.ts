import { setTimeout as sleep } from 'node:timers/promises'
import { isOnItsWay } from '../../domain/message.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import { lookAgain } from '../../storage/account-blocks.ts'
import { announceDue, getMessage } from '../../storage/messages.ts'
import type { Db } from '../../storage/database.ts'
import { transactionsUnderWay } from '../../storage/hold.ts'
import { isOnTheWire, pauseMessage, resumeMessage } from '../../storage/pause-message.ts'
import { discardQueued } from '../../storage/stop-messages.ts'
import type { Deps } from '../deps.ts'
import { withLocked, type Editing, type Written } from './write.ts'

/** What a host reads while it is held, until another reason is given. */
const stoppedByHost = 'Stopped by a host.'

/** Two mails per line are on their way at most, and only where answers take less than a tenth of this; the rest is for a busy database. */
const quietWithinMs = 1000
const lookEveryMs = 20

/**
 * Holds a message that is being sent, or with `discard` gives up whatever has not left. The answer waits until what was on the wire has
 * its answers, so that the counts that the host reads stay; from a slow server at most one mail per connection comes after it.
 */
export async function stopMessage(deps: Deps, editing: Editing, discard: boolean): Promise<Written | Refused> {
  const stopped = await holdMessage(deps, editing, discard)
  if (stopped.kind === 'written') await untilQuiet(deps.database.db, stopped.message.id)
  return stopped
}

/** A mark that began before the message was held may still be made, so those are waited for first. */
async function untilQuiet(db: Db, messageId: string) {
  const until = performance.now() + quietWithinMs
  let underWay = await transactionsUnderWay(db)
  while (performance.now() < until && (underWay.length > 0 || (await isOnTheWire(db, messageId)))) {
    await sleep(lookEveryMs)
    const still = underWay.length > 0 ? await transactionsUnderWay(db) : []
    underWay = underWay.filter((id) => still.includes(id))
  }
}

/** The decision alone, written; nothing is waited for. */
export function holdMessage(deps: Deps, editing: Editing, discard: boolean): Promise<Written | Refused> {
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
