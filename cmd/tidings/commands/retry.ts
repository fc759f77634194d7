import { retryFailed } from '../../../api/storage/second-tries.ts'
import { countBounced } from '../../../api/storage/suppressions.ts'
import { refused, type Command } from '../command.ts'
import { tryAgain } from '../second-try.ts'
import { onMessage } from '../which-message.ts'
import { addresses, mails, named } from '../words.ts'

export const retry: Command = {
  name: 'retry',
  about: 'Send a message again to those whose mail failed, and to nobody else.',
  usage: '<messageId> [--failed]',
  words: ['messageId'],
  options: { failed: { about: 'only those whose mail failed; this is always so' } },
  examples: ['retry 0199f3c2-... --dry-run', 'retry 0199f3c2-... --failed'],
  writes: true,
  run: ({ db, words }) =>
    onMessage({ db, words }, async (message) => {
      const tried = await tryAgain(db, message, 'all', retryFailed)
      if (tried.kind !== 'queued') return tried
      const { queued } = tried
      const bounced = await countBounced(db, message, 'all')
      const correct = `${addresses(bounced)} bounced: correct ${bounced === 1 ? 'it' : 'them'} first`
      if (queued === 0 && bounced > 0)
        return refused(`${correct}. See: tidings deliveries ${message.id} --status failed`)
      if (queued === 0) return refused(`No mail of it has failed. See: tidings inspect ${message.id}`)
      return {
        kind: 'done',
        data: { messageId: message.id, queued, bounced },
        lines: [`${mails(queued)} of ${named(message)} will be tried again.`, ...(bounced > 0 ? [`${correct}.`] : [])],
        audit: { action: 'operator.retry', subject: message.id, eventId: message.eventId, detail: { queued } },
      }
    }),
}
