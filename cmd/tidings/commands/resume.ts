import { announceDue } from '../../../api/storage/messages.ts'
import { resumeMessage } from '../../../api/storage/pause-message.ts'
import { refused, type Command } from '../command.ts'
import { onMessage } from '../which-message.ts'
import { mails, named } from '../words.ts'

export const resume: Command = {
  name: 'resume',
  about: 'Let a paused message go on with those who have not got it.',
  usage: '<messageId>',
  words: ['messageId'],
  options: {},
  examples: ['resume 0199f3c2-...'],
  writes: true,
  run: ({ db, words }) =>
    onMessage({ db, words }, async (message) => {
      const resumed = await resumeMessage(db, message.id)
      if (!resumed) return refused('It is not paused. See how it stands: tidings inspect ' + message.id)
      await announceDue(db)
      return {
        kind: 'done',
        data: { messageId: message.id, queued: message.queued },
        lines: [`${named(message)} goes on; waiting: ${mails(message.queued)}.`],
        audit: { action: 'operator.resume', subject: message.id, eventId: message.eventId },
      }
    }),
}
