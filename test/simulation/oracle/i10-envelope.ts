import type { Mail } from '../../../api/domain/mail.ts'
import { violated, type Invariant } from './invariant.ts'

/** Each exactly once, whatever the guest's name is. */
const single = ['from', 'to', 'date', 'subject', 'message-id', 'mime-version', 'content-type']
const possible = [...single, 'reply-to', 'list-unsubscribe', 'list-unsubscribe-post', 'list-id', 'auto-submitted']

export const envelope: Invariant = {
  id: 'I10',
  says: 'A mail goes to the stored address, byte for byte, and has the headers that we gave it and no others.',
  watch({ mirror }) {
    return {
      onArrival({ tag, mail }) {
        const [messageId, seq] = tag.split('_') as [string, string]
        const stored = mirror.delivery(messageId, Number(seq))?.address
        if (mail.envelope.to !== stored) violated('I10', `${tag} goes to ${mail.envelope.to} instead of ${stored}`)
        const fault = headerFault(mail)
        if (fault) violated('I10', `${tag}: ${fault}`)
      },
    }
  },
}

/** Reads the header block itself: lines end in CRLF, and one that begins with a blank goes on with the line before. */
function headerFault(mail: Mail): string | undefined {
  // oxlint-disable-next-line no-control-regex -- these are what must not be there
  if (/[\r\n\0]/.test(mail.parts().subject)) return 'the subject has a line break'
  const block = mail.mime().split('\r\n\r\n', 1)[0]!
  const names = block
    .replaceAll(/\r\n[ \t]/g, ' ')
    .split('\r\n')
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
  const missing = single.find((name) => names.filter((other) => other === name).length !== 1)
  if (missing) return `the header ${missing} is there ${names.filter((name) => name === missing).length} times`
  const strange = names.find((name) => !possible.includes(name) && !name.startsWith('x-'))
  return strange === undefined ? undefined : `there is a header ${JSON.stringify(strange)}`
}
