import { dueMessages } from '../../../api/storage/due.ts'
import { finishMessages } from '../../../api/storage/finish.ts'
import { fireMessages, type Fired } from '../../../api/storage/fire.ts'
import { noticeGrowth } from '../../../api/storage/growth.ts'
import { notSoon, type Desk, type Worker } from '../worker.ts'

/** Messages of one transaction: their events are locked meanwhile, for some 40 ms, and an edit of one of them waits that long. */
const firesTogether = 25

/** While the database works on one transaction, this process writes the next. */
const transactionsAtOnce = 2

/** Messages fired in one turn, so that a herd of due reminders does not keep those that fired from being sent. */
const firesPerTurn = 200

/** An edit holds its event for milliseconds; what it held back is looked at again right after, not at the next poll. */
const lookAgainAfterMs = 250

/** Moves due messages from scheduled to sending, the most urgent first. */
export const fire: Worker = {
  name: 'fire',
  async run(desk) {
    const { notifier, lease } = desk
    const due = await dueMessages(notifier.db)
    let passedOver = 0
    for (let from = 0; from < Math.min(due.length, firesPerTurn); from += firesTogether * transactionsAtOnce) {
      if (!lease.isTrusted() || lease.isStandby()) return notSoon
      const batches = Array.from({ length: transactionsAtOnce }, (_, n) => {
        const start = from + n * firesTogether
        return due.slice(start, start + firesTogether)
      })
      const busy = await Promise.all(batches.map((ids) => fireTogether(desk, ids)))
      passedOver += busy.reduce((sum, each) => sum + each, 0)
    }
    if (due.length > firesPerTurn) return 0
    return passedOver > 0 ? lookAgainAfterMs : notSoon
  },
}

/** Answers how many were not to be had at this moment. */
async function fireTogether({ notifier }: Desk, ids: string[]): Promise<number> {
  if (ids.length === 0) return 0
  const { db, transport, from, publicUrl, settings, shard, log } = notifier
  const expansion = { unitSize: settings.unitSize, shard }
  const firer = { provider: transport.provider, from, publicUrl, expansion }
  const results = await fireMessages(db, { ...firer, frequencyCap: settings.frequencyCap }, ids)
  const fired = results.filter((result) => result.kind === 'fired')
  notifier.changes?.moved(results.filter((result) => result.kind !== 'busy').map(messageIdOf))
  for (const result of results) {
    if (result.kind !== 'busy')
      log.info({ messageId: result.messageId, lateMs: result.lateMs }, `message ${result.kind}`)
  }
  const added = fired.reduce((sum, each) => sum + each.added, 0)
  if (added > 0) await noticeGrowth(db, added)
  const forNobody = fired.filter((each) => !each.queued)
  if (forNobody.length > 0) {
    await finishMessages(db, forNobody.map(messageIdOf))
    notifier.changes?.moved(forNobody.map(messageIdOf))
  }
  return results.filter((result) => result.kind === 'busy').length
}

const messageIdOf = ({ messageId }: Pick<Fired, 'messageId'>) => messageId
