import type { Branding } from '../../domain/content.ts'
import type { Invitation } from '../../storage/invitations.ts'
import { html } from './html.ts'
import { hostOf } from './invitation-page.ts'
import type { GuestPage } from './shell.ts'

/**
 * Which mails a guest gets of this event, with one button. It shows no name and no address: mails are forwarded, and whoever opens
 * the link of somebody else should learn nothing by it.
 */
export function preferencesPage(invitation: Invitation, action: string): GuestPage {
  const { guest, event } = invitation
  const isOff = guest.unsubscribedAt !== null
  const state = isOff ? 'You get no reminders and no news of this event.' : 'You get reminders and news of this event.'
  return {
    title: `E-mail preferences for ${event.name}`,
    color: (event.branding as Branding).color,
    body: html`<p class="by">${hostOf(invitation)}</p>
      <h1>${event.name}</h1>
      <p role="status">${state}</p>
      <form method="post" action="${action}">
        <input type="hidden" name="mails" value="${isOff ? 'resume' : 'stop'}" />
        <button>${isOff ? 'Send me mails again' : 'Stop these mails'}</button>
      </form>
      <p class="hint">When you answer, you still get a confirmation.</p>`,
  }
}

/** The answer to a mail program that unsubscribed for its owner; nobody may ever read it. */
export const unsubscribedPage: GuestPage = {
  title: 'Unsubscribed',
  body: html`<h1>You are unsubscribed</h1>
    <p>There will be no more reminders and news of this event.</p>`,
}

/** The same for every link that does not work, whatever the reason. */
export const noSuchPage: GuestPage = {
  title: 'This link does not work',
  body: html`<h1>This link does not work</h1>
    <p>
      It may be incomplete, or it was replaced by a newer one. Please use the link of the latest mail, or ask the host.
    </p>`,
}

/** Where the links of a test mail lead. */
export const testLinkPage: GuestPage = {
  title: 'A link of a test',
  body: html`<h1>This was a test</h1>
    <p>In the mail to a guest, this link leads to that guest’s own page.</p>`,
}
