import type { FrozenContent } from '../../domain/content.ts'
import { oneLine } from '../escape.ts'
import { eventWhen } from '../event-date.ts'
import { fixed, perGuest, type LayoutSlots } from './layout.ts'
import { layoutMarks as at } from './marks.ts'
import { answerSentence, buttonLabel, namedMembers, senderName, why } from './words.ts'

export const letterText = ({ event }: FrozenContent) => `${at.title}

${at.body}

When: ${at.when}${at.where}${at.answer}${event.cancelled ? '' : `\n\n${at.buttonLabel}: ${at.rsvp}`}${at.members}

----------
${at.why}
Preferences: ${at.preferences}
Unsubscribe from this event: ${at.unsubscribe}
Sent by ${at.signature} through Tidings`

export function letterTextSlots(content: FrozenContent): LayoutSlots {
  const { event } = content
  const { day, hours } = eventWhen(event)
  const venue = oneLine(event.venue ?? '')
  return {
    title: fixed(event.name),
    when: fixed(`${day}, ${hours}`),
    where: fixed(venue && `\nWhere: ${venue}`, 'markup'),
    answer:
      content.kind === 'confirmation'
        ? perGuest('markup', (context) => answerLine(answerSentence(context)))
        : fixed(''),
    buttonLabel: perGuest('markup', buttonLabel),
    rsvp: perGuest('link', ({ links }) => links.rsvp),
    members: perGuest('markup', (context) => memberLines(namedMembers(context), event.cancelled)),
    why: fixed(why(content)),
    preferences: perGuest('link', ({ links }) => links.preferences),
    unsubscribe: perGuest('link', ({ links }) => links.unsubscribe),
    signature: fixed(senderName(content)),
  }
}

function answerLine(sentence: string | undefined): string {
  return sentence === undefined ? '' : `\nYour answer: ${sentence}`
}

function memberLines(members: { name: string; rsvp: string }[], isOff = false): string {
  return members.length === 0
    ? ''
    : `\n\nAlso for:\n${members.map(({ name, rsvp }) => (isOff ? `- ${name}` : `- ${name}: ${rsvp}`)).join('\n')}`
}
