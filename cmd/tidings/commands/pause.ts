import { pauseMessage } from '../../../api/storage/pause-message.ts'
import { refused, type Command } from '../command.ts'
import { onMessage } from '../which-message.ts'
import { mails, named } from '../words.ts'

/** What hosts read in their Communications tab. */
const reason = 'Stopped by the operator.'

export const pause: Command = {
  name: 'pause',
  about: 'Stop one message that is being sent; it can be resumed, here or by its host.',
  usage: '<messageId>',
  words: ['messageId'],
  options: {},
  examples: ['pause 0199f3c2-...'],
  writes: true,
  run: ({ db, words }) =>
    onMessage({ db, words }, async (message) => {
      const paused = await pauseMessage(db, message.id, reason)
      if (!paused) {
        return refused(
          message.pausedAt
            ? `It is paused already. To go on: tidings resume ${message.id}`
            : `It is ${message.status}, and only what is being sent can be paused. To stop one that waits: tidings cancel ${message.id}`,
        )
      }
      return {
        kind: 'done',
        data: { messageId: message.id, pausedAt: paused.pausedAt, queued: message.queued },
        lines: [
          `${named(message)} is paused; waiting: ${mails(message.queued)}. To go on: tidings resume ${message.id}`,
        ],
        audit: { action: 'operator.pause', subject: message.id, eventId: message.eventId },
      }
    }),
}
