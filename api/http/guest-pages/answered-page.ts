import { rsvpAnswers, type RsvpAnswer } from '../../domain/rsvp.ts'
import type { Invitation } from '../../storage/invitations.ts'
import { calendarLinks } from './calendar-links.ts'
import { html, type Html } from './html.ts'
import { tickIcon } from './icons.ts'
import { footer, framed, hostOf, noteField, type Links } from './invitation-page.ts'
import type { GuestPage } from './shell.ts'
import { answerWords, firstWord, weekdayOf } from './words.ts'

/** After the answer: that it is saved, the calendar for those who come, a note, and the way back. */
export function answeredPage(invitation: Invitation, links: Links): GuestPage {
  const { guest } = invitation
  const said = rsvpAnswers.find((answer) => answer === guest.rsvpStatus)!
  const party = said !== 'declined' && guest.partySize > 1 ? `, ${guest.partySize} of you` : ''
  const back = html`<a href="${links.page}?change=1">Change my answer</a>`
  return framed(
    invitation,
    html`<p class="saved" role="status">${tickIcon}${firstWord(hostOf(invitation))} knows. Your answer is saved.</p>
      <h1>${headings[said](invitation)}</h1>
      <p class="said">You said <b>${answerWords[said]}</b>${party}.</p>
      ${said !== 'declined' && calendar(invitation, links)}
      <h2>Anything to add?</h2>
      <form method="post" action="${links.page}">
        <input type="hidden" name="status" value="${said}" />
        <input type="hidden" name="partySize" value="${guest.partySize}" />
        ${noteField(invitation, guest.note ?? '')}
        <button class="quiet">${guest.note ? 'Change note' : 'Send note'}</button>
      </form>
      ${footer(links, back)}`,
  )
}

const headings: Record<RsvpAnswer, (invitation: Invitation) => string> = {
  attending: ({ guest, event }) => `See you on ${weekdayOf(event.localStart)}${addressed(guest.name)}`,
  maybe: ({ guest }) => `We hope to see you${addressed(guest.name)}`,
  declined: ({ guest }) => `You will be missed${addressed(guest.name)}`,
}

function addressed(name: string | null): string {
  return name ? `, ${firstWord(name)}` : ''
}

function calendar({ event }: Invitation, links: Links): Html {
  return html`<a class="button" href="${links.calendar}">Add to my calendar</a>
    <div class="three">
      ${calendarLinks(event).map(
        ({ label, url }) => html`<a class="button quiet" href="${url}" rel="noopener noreferrer">${label}</a>`,
      )}
    </div>`
}
