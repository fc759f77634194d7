import { eventWhen } from '../../content/event-date.ts'
import type { Branding } from '../../domain/content.ts'
import { noteMax } from '../../domain/person-text.ts'
import { partySizeMax, rsvpAnswers, type RsvpAnswer } from '../../domain/rsvp.ts'
import { freezeEvent } from '../../storage/frozen-content.ts'
import type { Invitation } from '../../storage/invitations.ts'
import { html, type Html } from './html.ts'
import { calendarIcon, placeIcon } from './icons.ts'
import { posterOf } from './poster.ts'
import type { GuestPage } from './shell.ts'
import { answerWords, dayIn, firstWord } from './words.ts'

export type Links = { page: string; calendar: string; preferences: string }

/** What was typed, when it could not be taken as it was. */
export type Wrong = { problem: string; status?: RsvpAnswer; partySize?: string; note?: string }

/** The invitation with its question. `chosen` is the answer of the button in the mail; it waits for the guest's own press. */
export function invitationPage(
  invitation: Invitation,
  { links, chosen, wrong }: { links: Links; chosen?: RsvpAnswer; wrong?: Wrong },
): GuestPage {
  const { guest, event } = invitation
  const current = wrong?.status ?? chosen ?? rsvpAnswers.find((answer) => answer === guest.rsvpStatus)
  const question = guest.name ? `${firstWord(guest.name)}, will you come?` : 'Will you come?'
  return framed(
    invitation,
    html`<p class="by">${hostOf(invitation)} invites you</p>
      <h1>${event.name}</h1>
      ${whenAndWhere(invitation)} ${wrong && html`<p class="wrong" role="alert">${wrong.problem}</p>`}
      <form method="post" action="${links.page}">
        <fieldset>
          <legend>${question}</legend>
          ${rsvpAnswers.map((answer) => choice(answer, answer === current))}
        </fieldset>
        <label class="row">
          How many of you?
          <input
            name="partySize"
            type="number"
            inputmode="numeric"
            min="1"
            max="${partySizeMax}"
            required
            value="${wrong?.partySize ?? guest.partySize}"
          />
        </label>
        ${wrong?.note !== undefined && noteField(invitation, wrong.note)}
        <button>Send my answer</button>
        <p class="hint">${untilWhen(invitation)}</p>
      </form>
      ${event.description && html`<div class="about">${event.description}</div>`} ${footer(links)}`,
  )
}

/** Everything but the question, for an invitation that takes no answers any more. */
export function closedPage(invitation: Invitation, links: Links): GuestPage {
  const { event, guest } = invitation
  const said = rsvpAnswers.find((answer) => answer === guest.rsvpStatus)
  const isCancelled = event.status === 'cancelled'
  const news = isCancelled ? 'This event is cancelled.' : 'Answers to this invitation are closed.'
  return framed(
    invitation,
    html`<p class="by">${hostOf(invitation)} ${isCancelled ? 'had invited you' : 'invites you'}</p>
      <h1>${event.name}</h1>
      ${whenAndWhere(invitation)}
      <p class="wrong">${news}</p>
      ${said && html`<p class="said">You said <b>${answerWords[said]}</b>.</p>`} ${footer(links)}`,
  )
}

export function framed({ event }: Invitation, body: Html): GuestPage {
  const { color } = event.branding as Branding
  return { title: event.name, color, poster: posterOf(event.id), body }
}

export function hostOf({ event, hostName }: Invitation): string {
  return (event.branding as Branding).senderName ?? hostName
}

export function noteField(invitation: Invitation, note: string): Html {
  return html`<label>
    <b>A word for ${firstWord(hostOf(invitation))}</b>
    <textarea name="note" maxlength="${noteMax}" placeholder="Allergies, a late arrival, a song">${note}</textarea>
  </label>`
}

export function footer(links: Links, first?: Html): Html {
  return html`<footer>${first ?? html`<span></span>`}<a href="${links.preferences}">E-mail preferences</a></footer>`
}

function choice(answer: RsvpAnswer, isOn: boolean): Html {
  return html`<label class="choice">
    <input type="radio" name="status" value="${answer}" required ${isOn && html`checked`} />${answerWords[answer]}
  </label>`
}

function whenAndWhere({ event }: Invitation): Html {
  const { day, hours } = eventWhen(freezeEvent(event))
  return html`<dl>
    <dt>When</dt>
    <dd>${calendarIcon}<b>${day}</b><span>${hours}</span></dd>
    ${
      event.venue &&
      html`<dt>Where</dt>
        <dd>${placeIcon}<b>${event.venue}</b></dd>`
    }
  </dl>`
}

function untilWhen({ event }: Invitation): string {
  const { rsvpUntil, timezone } = event
  return rsvpUntil
    ? `Change it any time until ${dayIn(rsvpUntil, timezone)}.`
    : 'You can change it any time before the event.'
}
