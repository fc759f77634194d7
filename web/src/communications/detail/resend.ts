import type { Message } from '../../../../api/contract/message.ts'
import type { ResendOffer } from '../../api/reports.ts'
import { guests } from '../words.ts'

/** Messages that may be sent again to those who have not opened them. Notices and confirmations are said once. */
export const mayBeResent = ({ kind }: Pick<Message, 'kind'>) => kind === 'broadcast' || kind === 'reminder'

/** Of which message this one is the second try. */
export const firstOf = (message: Message) => message.resendOf ?? undefined

/** "available in 7 hours": rounded up, so that it is true when the time has come. */
export function waitFor(availableAt: string, now: Date): string {
  const minutes = Math.ceil((Date.parse(availableAt) - now.getTime()) / 60_000)
  if (minutes <= 0) return 'available now'
  if (minutes < 60) return `available in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`
  const hours = Math.ceil(minutes / 60)
  return `available in ${hours} ${hours === 1 ? 'hour' : 'hours'}`
}

/** Why the button cannot be pressed; undefined when it can. */
export function whyNot({ allowed, reason, availableAt }: ResendOffer, now: Date): string | undefined {
  if (allowed) return undefined
  // The server's words were true when they came; a wait grows shorter while somebody reads it.
  const waits = availableAt !== null && Date.parse(availableAt) > now.getTime()
  if (waits) return `It can be sent again a day after it went out: ${waitFor(availableAt, now)}.`
  return reason ?? 'It cannot be sent again.'
}

/** What became of the second try, as far as the list knows it. */
export function againWords(again: Message | undefined): string {
  if (!again) return 'It was sent again'
  return `${again.status === 'sent' ? 'It was sent again to' : 'It goes again to'} ${guests(again.recipients)}`
}

/** What is asked before it goes out a second time. */
export function resendQuestion({ label }: Pick<Message, 'label'>, count: number, opensKnown = true) {
  const whom = opensKnown
    ? 'It goes to those who have not opened it, as far as we can tell, and to nobody else.'
    : 'No opens were ever reported of it, so it goes to everybody who got it.'
  return {
    title: `Send “${label}” again to ${guests(count)}?`,
    text: `${whom} This can be done once. For some seconds you can still take it back.`,
    verb: `Resend to ${guests(count)}`,
  }
}
