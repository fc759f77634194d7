import { dropIdleTurns } from '../../../api/storage/turns.ts'
import { finish as finishAll } from '../finished.ts'
import { notSoon, type Worker } from '../worker.ts'

/** Ends messages whose last unit went in a process that died before it could say so, and the turns of hosts who have no more work. */
export const finish: Worker = {
  name: 'finish',
  async run({ notifier, messages }) {
    for (const { messageId } of await finishAll(notifier)) messages.forget(messageId)
    await dropIdleTurns(notifier.db)
    return notSoon
  },
}
