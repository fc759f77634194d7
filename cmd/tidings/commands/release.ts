import { missedAfterMs } from '../../../api/domain/firing.ts'
import { releaseSending } from '../../../api/storage/hold.ts'
import { announceDue } from '../../../api/storage/messages.ts'
import { readSendingState } from '../../../api/storage/operator-status.ts'
import { refused, type Command } from '../command.ts'
import { duration, instant, mails, messages } from '../words.ts'

export const release: Command = {
  name: 'release',
  about: 'End the hold: everything goes on where it was.',
  usage: '',
  words: [],
  options: {},
  examples: ['release --dry-run', 'release'],
  writes: true,
  async run({ db }) {
    const ended = await releaseSending(db)
    if (!ended) return refused('Sending is not on hold. To stop it: tidings hold')
    const sending = await readSendingState(db)
    await announceDue(db)
    return {
      kind: 'done',
      data: { held: false, was: ended, sending },
      lines: [
        `The hold of ${instant(ended.since)} by ${ended.heldBy} is over.`,
        `Going on: ${mails(sending.queued)} of ${messages(sending.sending)}; due: ${messages(sending.due)}.`,
        ...(sending.dueForMs > missedAfterMs
          ? [
              `The oldest is ${duration(sending.dueForMs)} late; messages that fire more than ${duration(missedAfterMs)} late are "missed", not sent.`,
            ]
          : []),
      ],
      audit: { action: 'operator.release', detail: { since: ended.since } },
    }
  },
}
