import { finishMessages } from '../../../api/storage/finish.ts'
import type { Worker } from '../worker.ts'

/** Ends messages whose last unit went in a process that died before it could say so. */
export const finish: Worker = {
  name: 'finish',
  async run({ notifier, messages }) {
    const finished = await finishMessages(notifier.db)
    for (const { messageId, status } of finished) {
      messages.forget(messageId)
      notifier.log.info({ messageId, status }, 'message finished')
    }
    return false
  },
}
