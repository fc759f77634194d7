import { finishMessages } from '../../../api/storage/finish.ts'
import { dropIdleTurns } from '../../../api/storage/turns.ts'
import { notSoon, type Worker } from '../worker.ts'

/** Ends messages whose last unit went in a process that died before it could say so, and the turns of hosts who have no more work. */
export const finish: Worker = {
  name: 'finish',
  async run({ notifier, messages }) {
    const finished = await finishMessages(notifier.db)
    for (const { messageId, status } of finished) {
      messages.forget(messageId)
      notifier.log.info({ messageId, status }, 'message finished')
    }
    await dropIdleTurns(notifier.db)
    return notSoon
  },
}
