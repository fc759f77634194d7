import type { FrozenContent } from '../../domain/content.ts'
import type { MessageKind } from '../../domain/message.ts'
import { oneLine } from '../escape.ts'
import { eventDate } from '../event-date.ts'
import type { MailContext } from '../mail-context.ts'

/** What the layout itself says; the same in HTML and in plain text. */

export const buttonLabel = ({ answered }: MailContext) => (answered ? 'See your answer' : 'Answer the invitation')

/** Mail programs show it after the subject in the list of mails. */
export function preheader({ event }: FrozenContent): string {
  return [eventDate(event), event.venue].filter(Boolean).join(', ')
}

const reasons: Partial<Record<MessageKind, (event: string) => string>> = {
  confirmation: (event) => `You get this because you answered the invitation to ${event}.`,
  notice: (event) => `You get this because you are a guest of ${event} and it has changed.`,
  test: (event) => `This is a test of a message for the guests of ${event}. Its links lead nowhere.`,
}

export function why({ kind, event }: FrozenContent): string {
  const reason = reasons[kind] ?? ((name) => `You get this because you are on the guest list of ${name}.`)
  return reason(oneLine(event.name))
}

export function senderName({ event, host }: FrozenContent): string {
  return oneLine(event.branding.senderName ?? '') || oneLine(host.name) || host.email
}

const answers = { attending: 'You’ll be there', maybe: 'Maybe', declined: 'You can’t make it' }

export function answerSentence({ answer }: MailContext): string | undefined {
  if (answer === undefined) return undefined
  const isParty = answer.status !== 'declined' && answer.partySize > 1
  return answers[answer.status] + (isParty ? `, ${answer.partySize} people` : '')
}

/** Each member of the household with a name to show. */
export function namedMembers({ members }: MailContext): { name: string; rsvp: string }[] {
  return members.map(({ name, links }) => ({ name: oneLine(name ?? '') || 'Another guest', rsvp: links.rsvp }))
}
