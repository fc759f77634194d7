import type { FrozenContent } from '../../domain/content.ts'
import { brandColors } from '../brand-colors.ts'
import { escapeHtml, oneLine } from '../escape.ts'
import { eventWhen } from '../event-date.ts'
import { fixed, perGuest, type Layout, type LayoutSlots } from './layout.ts'
import { letterHtml } from './letter-html.ts'
import { letterText, letterTextSlots } from './letter-text.ts'
import { paper } from './paper.ts'
import { answerSentence, buttonLabel, namedMembers, preheader, senderName, why } from './words.ts'

/** The first layout: a card with the event's colour on top, the letter, when and where, one button, and why you get it. */
export const letter: Layout = { html: letterHtml, htmlSlots, text: letterText, textSlots: letterTextSlots }

function htmlSlots(content: FrozenContent): LayoutSlots {
  const { event } = content
  const { light, dark } = brandColors(event.branding.color)
  const { day, hours } = eventWhen(event)
  return {
    title: fixed(event.name),
    preheader: fixed(preheader(content)),
    when: fixed(
      row('When', `<b class="ink" style="color:${paper.light.ink}">${escapeHtml(day)}</b><br>${escapeHtml(hours)}`),
      'markup',
    ),
    where: fixed(whereRow(event.venue), 'markup'),
    answer:
      content.kind === 'confirmation' ? perGuest('markup', (context) => answerRow(answerSentence(context))) : fixed(''),
    members: perGuest('markup', (context) => memberBlock(namedMembers(context), light.link, event.cancelled)),
    buttonLabel: perGuest('markup', buttonLabel),
    rsvp: perGuest('link', ({ links }) => links.rsvp),
    why: fixed(why(content)),
    preferences: perGuest('link', ({ links }) => links.preferences),
    unsubscribe: perGuest('link', ({ links }) => links.unsubscribe),
    signature: fixed(senderName(content)),
    band: fixed(light.button),
    button: fixed(light.button),
    onButton: fixed(light.onButton),
    link: fixed(light.link),
    line: fixed(paper.light.line),
    darkButton: fixed(dark.button),
    darkOnButton: fixed(dark.onButton),
    darkLink: fixed(dark.link),
  }
}

function row(label: string, markup: string): string {
  return (
    `<tr><td class="muted" style="padding:7px 14px 7px 0;vertical-align:top;white-space:nowrap;font-size:14px;color:${paper.light.muted}">${label}</td>` +
    `<td class="text" dir="auto" style="padding:7px 0;width:100%;color:${paper.light.text}">${markup}</td></tr>`
  )
}

/** The place's name stands out; what follows the first comma is the way there. */
function whereRow(venue: string | undefined): string {
  const place = oneLine(venue ?? '')
  if (place === '') return ''
  const comma = place.indexOf(',')
  const [name, address] = comma < 0 ? [place, ''] : [place.slice(0, comma), place.slice(comma + 1).trim()]
  const strong = `<b class="ink" style="color:${paper.light.ink}">${escapeHtml(name)}</b>`
  return row('Where', address === '' ? strong : `${strong}<br>${escapeHtml(address)}`)
}

function answerRow(sentence: string | undefined): string {
  return sentence === undefined ? '' : row('Answer', escapeHtml(sentence))
}

function memberBlock(members: { name: string; rsvp: string }[], color: string, isOff = false): string {
  if (members.length === 0) return ''
  const links = members.map(({ name, rsvp }) =>
    isOff
      ? escapeHtml(name)
      : `<a class="link" href="${escapeHtml(rsvp)}" style="color:${color}">${escapeHtml(name)}</a>`,
  )
  return `<p class="muted" style="margin:0 0 12px;font-size:14px;line-height:22px;color:${paper.light.muted}">Also for: ${links.join(', ')}</p>`
}
