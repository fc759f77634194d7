import { isOnItsWay, isOpen } from '../../../api/domain/message.ts'
import { cancelMessage, lockMessage } from '../../../api/storage/message-edits.ts'
import { discardQueued } from '../../../api/storage/stop-messages.ts'
import type { Db } from '../../../api/storage/database.ts'
import type { OperatorMessage } from '../../../api/storage/operator-messages.ts'
import { refused, type Answer, type Command } from '../command.ts'
import { onMessage } from '../which-message.ts'
import { mails, named } from '../words.ts'

export const cancel: Command = {
  name: 'cancel',
  about: 'Give up a message for good: one that waits, or what has not left of one being sent.',
  usage: '<messageId>',
  words: ['messageId'],
  options: {},
  examples: ['cancel 0199f3c2-... --dry-run', 'cancel 0199f3c2-...'],
  writes: true,
  run: ({ db, words }) =>
    onMessage({ db, words }, async (message) => {
      // Locked in the order of everybody: event, message, units, deliveries.
      const locked = await lockMessage(db, { eventId: message.eventId, messageId: message.id })
      const { status, reopened } = locked?.message ?? message
      if (locked && isOpen(status)) {
        await cancelMessage(db, locked.message, 'operator')
        return given(message, 0, `${named(message)} is cancelled. Nothing of it had left.`)
      }
      if (isOnItsWay({ status, reopened })) return discard(db, message)
      return refused(`It is ${status}: there is nothing left to cancel.`)
    }),
}

async function discard(db: Db, message: OperatorMessage): Promise<Answer> {
  const stopped = await discardQueued(db, [message.id], 'operator')
  return given(
    message,
    stopped,
    `${mails(stopped)} of ${named(message)} will not be sent; ${message.accepted} were sent.`,
  )
}

function given({ id, eventId }: OperatorMessage, stopped: number, line: string): Answer {
  return {
    kind: 'done',
    data: { messageId: id, stopped },
    lines: [line],
    audit: { action: 'operator.cancel', subject: id, eventId, detail: { stopped } },
  }
}
