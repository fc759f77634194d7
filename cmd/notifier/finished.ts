import { finishMessages, outcomesOf } from '../../api/storage/finish.ts'
import type { Notifier } from './notifier.ts'

/** Ends messages that have no work left (all of them, or those that are named), and tells the log what each came to. */
export async function finish(
  { db, log, changes }: Pick<Notifier, 'db' | 'log' | 'changes'>,
  messageIds?: readonly string[],
) {
  const finished = await finishMessages(db, messageIds)
  if (finished.length === 0) return finished
  changes?.moved(finished.map(({ messageId }) => messageId))
  // A log that can't say how many is no reason to stop: they have ended.
  const all = await outcomesOf(
    db,
    finished.map(({ messageId }) => messageId),
  ).catch(() => [])
  for (const { messageId, status } of finished) {
    const outcomes = all.find((each) => each.messageId === messageId)
    log.info({ messageId, status, ...outcomes }, 'message finished')
    const unknown = outcomes?.unknown ?? 0
    if (unknown > 0)
      log.warn({ messageId, unknown }, 'nobody knows whether these were accepted: tidings messages --stuck')
  }
  return finished
}
